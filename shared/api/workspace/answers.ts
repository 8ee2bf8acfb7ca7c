import type { CallWire, MediaChannelWire, ServiceStateChangedWire, UserWire } from './events.ts';
import type { InteractionWire } from './digital-events.ts';

/** Answers of the Workspace API. `code` 0: done; 1: accepted, the result comes as an event. */
export interface StatusWire {
  status: { code: 0 | 1; message?: string };
  operationId?: string;
}
export interface DataWire<T> extends StatusWire {
  data: T;
}

export interface SessionUserWire extends UserWire {
  activeSession: {
    autoCompleteCall: boolean;
    currentPlace?: string;
    dn?: { number: string; switchName: string; agentState: string; agentWorkMode: string };
    calls: CallWire[];
    media: { channels: MediaChannelWire[] };
    /** Invited or in hand. */
    interactions: InteractionWire[];
    services: Pick<ServiceStateChangedWire, 'serviceName' | 'serviceState'>[];
  };
}
export interface CurrentSessionWire {
  'pending-login-async': { state: 'Complete'; actualWaitTime: number; submittedAt: string; errors: [] };
  user: SessionUserWire;
}

export interface DeviceWire {
  number: string;
  switchName: string;
  agentId?: string;
  agentState?: string;
  agentWorkMode?: string;
}

export type TargetType =
  'agent' | 'agent-group' | 'acd-queue' | 'interaction-queue' | 'route-point' | 'skill' | 'custom-contact' | 'contact';
export interface TargetWire {
  DBID: number;
  name: string;
  type: string;
  id?: string;
  firstName?: string;
  lastName?: string;
  employeeId?: string;
  userName?: string;
  number?: string;
  switchName?: string;
  availability?: unknown;
}
export interface TargetsWire {
  targets: TargetWire[];
  totalMatches: number;
}
