import type { VoiceMessageWire } from '@handover/shared/api/workspace';
import { OriginAgent, type Part } from './origin-agent.ts';

export type SiteAgent = OriginAgent<VoiceMessageWire>;

const part: Part<VoiceMessageWire> = {
  channel: '/workspace/v3/voice',
  ready: ['/voice/ready'],
  said: data => (data.messageType === 'CallStateChanged' ? [`${data.call.id} ${data.call.state}`] : []),
};

/** An agent who takes calls. */
export const createSiteAgent = (number: number, url: string): SiteAgent => new OriginAgent(number, url, part);
