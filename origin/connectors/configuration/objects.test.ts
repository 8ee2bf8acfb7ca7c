import type { CfgDN, CfgObject, CfgPerson, CfgPlace } from '@handover/shared/genesys';
import { expect, test } from 'vitest';
import { aSwitch } from '../fakes/index.ts';
import { createObjectTable } from './objects.ts';

const common = { tenantDBID: 1, state: 'Enabled', userProperties: [] } as const;
const person = (dbid: number, userName: string): CfgPerson => ({
  ...common,
  type: 'CfgPerson',
  userProperties: [],
  dbid,
  userName,
  employeeID: `E${dbid}`,
  firstName: 'A',
  lastName: 'B',
  isAgent: true,
  roles: [],
});
const dn = (dbid: number, number: string, switchDBID: number): CfgDN => ({
  ...common,
  type: 'CfgDN',
  userProperties: [],
  dbid,
  number,
  dnType: 'Extension',
  switchDBID,
});
const place = (dbid: number, name: string, dnDBIDs: number[]): CfgPlace => ({
  ...common,
  type: 'CfgPlace',
  userProperties: [],
  dbid,
  name,
  dnDBIDs,
});

test('the same number on two switches is two DNs', () => {
  const table = createObjectTable();
  for (const object of [aSwitch(1, 'us', '/us', 0), aSwitch(2, 'eu', '/eu', 0), dn(10, '7001', 1), dn(11, '7001', 2)]) table.put(object);
  expect([table.dn('7001', 'us')?.dbid, table.dn('7001', 'eu')?.dbid, table.dn('7001', 'ap')]).toEqual([10, 11, undefined]);
});

test('an update moves every index entry and leaves no old one', () => {
  const table = createObjectTable();
  table.put(person(1, 'anna'));
  table.put({ ...person(1, 'berta'), employeeID: 'E9' });
  expect([table.personByUserName('anna'), table.personByEmployeeId('E1')]).toEqual([undefined, undefined]);
  expect([table.personByUserName('berta')?.dbid, table.personByEmployeeId('E9')?.dbid]).toEqual([1, 1]);
});

test('a name that went from one object to another finds the new one, whatever the order of the changes', () => {
  const table = createObjectTable();
  table.put(person(1, 'anna'));
  table.put(person(2, 'anna'));
  table.put(person(1, 'carla'));
  expect(table.personByUserName('anna')?.dbid).toBe(2);
});

test('the place of a DN follows the place', () => {
  const table = createObjectTable();
  table.put(place(5, 'P', [10, 11]));
  expect([table.placeOfDn(11)?.name, table.placeByName('P')?.dbid]).toEqual(['P', 5]);
  table.put(place(5, 'P', [10]));
  expect(table.placeOfDn(11)).toBeUndefined();
});

test('a complete reading answers exactly what it changed', () => {
  const table = createObjectTable();
  for (const object of [person(1, 'anna'), person(2, 'berta'), person(3, 'carla')]) table.put(object);
  const objects: CfgObject[] = [person(1, 'anna'), person(2, 'bea'), person(4, 'dora')];
  expect(table.replaceAll(objects).map(change => [change.kind, change.dbid])).toEqual([
    ['deleted', 3],
    ['updated', 2],
    ['created', 4],
  ]);
  expect(table.all('CfgPerson').map(({ userName }) => userName)).toEqual(['anna', 'bea', 'dora']);
});
