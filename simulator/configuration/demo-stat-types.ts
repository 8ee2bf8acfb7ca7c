import type { KvList } from '@handover/shared/genesys';
import { kvNested, kvStr } from '@handover/shared/genesys';

interface Row {
  mediaType?: 'chat' | 'email' | 'workitem';
  name: string;
  objects: string;
  category: string;
  subject: 'AgentStatus' | 'DNAction';
  main: string;
  relative?: string;
  timeRange?: string;
}

const queues = 'Queue, RoutePoint, GroupQueues';
const agents = 'Agent, AgentPlace, GroupAgents, GroupPlaces';
const waitingPlaces = 'StagingArea, Workbin';
const mediaAgents = 'Agent, GroupAgents';
const handling = 'InteractionHandlingInbound, InteractionHandlingOutbound, InteractionHandlingInternal';
const talking = 'CallInbound, CallOutbound, CallInternal, CallConsult, CallUnknown';

const rows: readonly Row[] = [
  { name: 'CurrentAgentState', objects: agents, category: 'CurrentState', subject: 'AgentStatus', main: '*' },
  { name: 'TimeInCurrentState', objects: 'Agent, AgentPlace', category: 'CurrentTime', subject: 'AgentStatus', main: '*' },
  { name: 'CurrentTargetState', objects: agents, category: 'CurrentTargetState', subject: 'AgentStatus', main: '*' },
  { name: 'AverageWaitingTime', objects: queues, category: 'AverageTime', subject: 'DNAction', main: 'CallDistributed' },
  { name: 'Current_In_Queue', objects: queues, category: 'CurrentNumber', subject: 'DNAction', main: 'CallWait' },
  { name: 'CurrMaxCallWaitingTime', objects: queues, category: 'CurrentMaxTime', subject: 'DNAction', main: 'CallWait' },
  {
    name: 'ServiceLevel',
    objects: queues,
    category: 'ServiceFactor1',
    subject: 'DNAction',
    main: 'CallAnswered',
    relative: 'CallAbandoned',
    timeRange: '0, 20',
  },
  { name: 'Total_Abandoned', objects: queues, category: 'TotalNumber', subject: 'DNAction', main: 'CallAbandoned' },
  { name: 'Total_Answered', objects: queues, category: 'TotalNumber', subject: 'DNAction', main: 'CallAnswered' },
  { name: 'InboundCalls', objects: agents, category: 'TotalNumber', subject: 'DNAction', main: 'CallInboundStarted' },
  { name: 'OutboundCalls', objects: agents, category: 'TotalNumber', subject: 'DNAction', main: 'CallOutboundStarted' },
  { name: 'InternalCalls', objects: agents, category: 'TotalNumber', subject: 'DNAction', main: 'CallInternalStarted' },
  { name: 'TalkDuration', objects: agents, category: 'TotalTime', subject: 'AgentStatus', main: talking },
  { name: 'HoldDuration', objects: agents, category: 'TotalTime', subject: 'AgentStatus', main: 'CallOnHold' },
  { name: 'ReadyDuration', objects: agents, category: 'TotalTime', subject: 'AgentStatus', main: 'WaitForNextCall' },
  { name: 'NotReadyDuration', objects: agents, category: 'TotalTime', subject: 'AgentStatus', main: 'NotReadyForNextCall' },
  { name: 'AfterCallWorkDuration', objects: agents, category: 'TotalTime', subject: 'AgentStatus', main: 'AfterCallWork' },
  {
    name: 'AverageHandlingTime',
    objects: agents,
    category: 'AverageTime',
    subject: 'DNAction',
    main: 'CallInbound, CallOutbound, CallInternal, CallOnHold, AfterCallWork',
    relative: 'CallInboundStarted, CallOutboundStarted, CallInternalStarted',
  },
  {
    name: 'LoggedInAgents',
    objects: 'GroupAgents',
    category: 'CurrentNumber',
    subject: 'AgentStatus',
    main: '*, ~LoggedOut, ~NotMonitored',
  },
  { name: 'Current_Interactions', objects: waitingPlaces, category: 'CurrentNumber', subject: 'DNAction', main: 'InteractionWait' },
  {
    name: 'CurrMaxInteractionWaitingTime',
    objects: waitingPlaces,
    category: 'CurrentMaxTime',
    subject: 'DNAction',
    main: 'InteractionWait',
  },
  { name: 'Total_Interactions_Entered', objects: waitingPlaces, category: 'TotalNumber', subject: 'DNAction', main: 'InteractionEntered' },
  {
    name: 'Total_Interactions_Abandoned',
    objects: 'StagingArea',
    category: 'TotalNumber',
    subject: 'DNAction',
    main: 'InteractionAbandoned',
  },
  { name: 'InteractionsInHand', objects: mediaAgents, category: 'CurrentNumber', subject: 'DNAction', main: handling },
  { name: 'InteractionHandlingDuration', objects: mediaAgents, category: 'TotalTime', subject: 'DNAction', main: handling },
  { name: 'InteractionsOffered', objects: mediaAgents, category: 'TotalNumber', subject: 'DNAction', main: 'InteractionDelivering' },
  { name: 'InteractionsAccepted', objects: mediaAgents, category: 'TotalNumber', subject: 'DNAction', main: 'InteractionAccepted' },
  { name: 'InteractionsRejected', objects: mediaAgents, category: 'TotalNumber', subject: 'DNAction', main: 'InteractionRejected' },
  { name: 'InteractionsCompleted', objects: mediaAgents, category: 'TotalNumber', subject: 'DNAction', main: 'InteractionStopped' },
  {
    name: 'ReadyForChat',
    objects: mediaAgents,
    category: 'CurrentNumber',
    subject: 'DNAction',
    main: 'WaitForNextCall',
    mediaType: 'chat',
  },
  {
    name: 'NotReadyForChatDuration',
    objects: mediaAgents,
    category: 'TotalTime',
    subject: 'DNAction',
    main: 'NotReadyForNextCall',
    mediaType: 'chat',
  },
  { name: 'ChatsInHand', objects: mediaAgents, category: 'CurrentNumber', subject: 'DNAction', main: handling, mediaType: 'chat' },
  { name: 'ReadyAgents', objects: 'GroupAgents', category: 'CurrentNumber', subject: 'AgentStatus', main: 'WaitForNextCall' },
];

/** The demo's named statistics: one option section of the Stat Server each. */
export const demoStatTypes = (): KvList =>
  rows.map(({ name, objects, category, subject, main, relative, timeRange, mediaType }) =>
    kvNested(name, [
      kvStr('Objects', objects),
      kvStr('Category', category),
      kvStr('Subject', subject),
      kvStr('MainMask', main),
      ...(mediaType === undefined ? [] : [kvStr('MediaType', mediaType)]),
      ...(relative === undefined ? [] : [kvStr('RelMask', relative)]),
      ...(timeRange === undefined ? [] : [kvStr('TimeRange', timeRange)]),
    ]),
  );
