import type { CfgObject } from '@handover/shared/genesys';

/** What must be unique about an object, each with the field to blame. */
export function nameKeys(object: CfgObject): { key: string; field: string }[] {
  switch (object.type) {
    case 'CfgDN':
      return [{ key: `CfgDN ${object.switchDBID} ${object.number}`, field: 'number' }];
    case 'CfgAgentLogin':
      return [{ key: `CfgAgentLogin ${object.switchDBID} ${object.loginCode}`, field: 'loginCode' }];
    case 'CfgPerson':
      return [
        { key: `CfgPerson user ${object.userName}`, field: 'userName' },
        { key: `CfgPerson employee ${object.tenantDBID} ${object.employeeID}`, field: 'employeeID' },
      ];
    case 'CfgActionCode':
      return [{ key: `CfgActionCode ${object.tenantDBID} ${object.codeType} ${object.name}`, field: 'name' }];
    case 'CfgScript':
      return [{ key: `CfgScript ${object.tenantDBID} ${object.scriptType} ${object.name}`, field: 'name' }];
    case 'CfgTenant':
    case 'CfgSwitch':
    case 'CfgPlace':
    case 'CfgAgentGroup':
    case 'CfgApplication':
    case 'CfgSkill':
    case 'CfgTransaction':
    case 'CfgEnumerator':
    case 'CfgPlaceGroup':
    case 'CfgDNGroup':
      return [{ key: `${object.type} ${object.tenantDBID} ${object.name}`, field: 'name' }];
  }
}
