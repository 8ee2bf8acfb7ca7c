import type { CfgScript, KvList } from '@handover/shared/genesys';
import { kvNested, kvStr } from '@handover/shared/genesys';
import { expect, test } from 'vitest';
import { capacityOf, defaultSettings, queueOf, settingsFrom } from './settings.ts';

const script = (scriptType: CfgScript['scriptType'], name: string, userProperties: KvList = []): CfgScript => ({
  type: 'CfgScript',
  dbid: 1,
  tenantDBID: 1,
  state: 'Enabled',
  scriptType,
  name,
  userProperties,
});
const rule = (name: string, chat: string): CfgScript => script('CapacityRule', name, [kvNested('capacity', [kvStr('chat', chat)])]);
const options = [kvNested('settings', [kvStr('delivering-timeout', '7'), kvStr('default-capacity-rule', 'Usual')])];
const agent = (employeeID: string, capacityRule: string) => ({
  employeeID,
  agentInfo: { capacityRule, skillLevels: [], agentLogins: [] },
});

test('queues are offered from unless they say hold, and those that are disabled are none', () => {
  const hold = script('InteractionQueue', 'held', [kvNested('queue', [kvStr('delivery', 'hold')])]);
  const off: CfgScript = { ...script('InteractionQueue', 'off'), state: 'Disabled' };
  const settings = settingsFrom({ options }, [hold, off, script('InteractionQueue', 'plain'), script('InteractionWorkBin', 'draft')], []);
  expect(['held', 'off', 'plain', 'draft'].map(name => queueOf(settings, name))).toEqual(['hold', undefined, 'route', undefined]);
  expect([settings.workbins, settings.deliveringMs]).toEqual([['draft'], 7_000]);
});

test('the default rule holds for whoever has none, or one that nobody knows', () => {
  const scripts = [rule('Usual', '3'), rule('Few', '1'), rule('Odd', 'many')];
  const settings = settingsFrom({ options }, scripts, [agent('7001', 'Few'), agent('7002', 'Lost'), agent('7003', 'Odd')]);
  expect(['7001', '7002', '7003', '7004'].map(id => capacityOf(settings, id, 'chat'))).toEqual([1, 3, 1, 3]);
  expect(capacityOf(settings, '7001', 'email')).toBe(1);
});

test('without scripts there is nothing to work with', () => {
  expect(settingsFrom({ options: [] }, [], [])).toEqual(defaultSettings);
});
