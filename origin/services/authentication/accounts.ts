import type { CfgPerson } from '@handover/shared/genesys';
import { AppError } from '@handover/shared/errors';
import { ok, refuse, type Result } from '@handover/shared/result';
import type { Configuration, CredentialRefusal } from '../../contracts/configuration.ts';
import type { ContactCenter } from '../../contracts/stores.ts';
import type { Attempts } from './attempts.ts';
import type { Tenants } from './tenants.ts';
import { accountFrom, accountIdFor, loginFrom } from './user-names.ts';

/** A person of a contact centre, as the Configuration Server has it now. */
export interface Account {
  accountId: string;
  center: ContactCenter;
  person: CfgPerson;
}

export interface Credentials {
  userName: string;
  password: string;
  /** The form's tenant field. */
  tenant?: string;
  /** Where the attempt comes from. */
  address: string;
  /** Contact centres the client serves; empty for all. */
  contactCenterIds: readonly string[];
}

export interface Accounts {
  /** The account, unless it is unknown, disabled or its tenant is gone. */
  find(accountId: string): Promise<Account | undefined>;
  signIn(credentials: Credentials): Promise<Result<Account, CredentialRefusal>>;
  changePassword(credentials: Credentials, newPassword: string): Promise<Result<Account, CredentialRefusal | 'refused'>>;
}

const maxPasswordLength = 512;

export function createAccounts(parts: { configuration: Configuration; tenants: Tenants; attempts: Attempts }): Accounts {
  const { configuration, tenants, attempts } = parts;
  const attempted = async <Refusal>(
    credentials: Credentials,
    check: (userName: string) => Promise<Result<string, CredentialRefusal | Refusal>>,
  ): Promise<Result<Account, CredentialRefusal | Refusal>> => {
    const login = loginFrom(credentials.userName, credentials.tenant);
    if (login === undefined || credentials.password.length > maxPasswordLength) return refuse('invalid');
    const attempt = { name: accountIdFor(login.domain ?? '', login.userName), address: credentials.address };
    if (!(await attempts.admit(attempt))) return refuse('throttled');
    const center = await tenants.forLogin(login.domain, credentials.contactCenterIds);
    const checked = center === undefined ? refuse<CredentialRefusal | Refusal>('invalid') : await check(login.userName);
    const person = checked.ok ? enabledPerson(configuration, checked.value) : undefined;
    if (!checked.ok && checked.reason !== 'invalid') return checked;
    if (center === undefined || person === undefined) {
      await attempts.failed(attempt);
      return refuse('invalid');
    }
    await attempts.succeeded(attempt);
    return ok({ accountId: accountIdFor(center.name, person.userName), center, person });
  };
  return {
    async find(accountId) {
      const name = accountFrom(accountId);
      if (name === undefined) return undefined;
      if (configuration.state === 'loading') throw new AppError('store.unavailable', { detail: 'the configuration is not read yet' });
      const center = await tenants.byName(name.tenant);
      const person = enabledPerson(configuration, name.userName);
      return center === undefined || person === undefined ? undefined : { accountId, center, person };
    },
    signIn: credentials =>
      attempted<never>(credentials, async userName => {
        const answer = await configuration.authenticate(userName, credentials.password);
        return answer.ok ? ok(answer.value.userName) : answer;
      }),
    changePassword: (credentials, newPassword) =>
      attempted<'refused'>(credentials, async userName => {
        const answer = await configuration.changePassword(userName, credentials.password, newPassword);
        return answer.ok ? ok(userName) : answer;
      }),
  };
}

function enabledPerson(configuration: Configuration, userName: string): CfgPerson | undefined {
  const person = configuration.personByUserName(userName);
  return person?.state === 'Enabled' ? person : undefined;
}
