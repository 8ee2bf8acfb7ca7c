import type { RequestContext } from './ownership.ts';

/** A web session as its cookie carries it, sealed; nothing else of it is stored anywhere. */
export interface WebSession {
  /** UUID, fresh at every initialise. */
  sid: string;
  tenant: string;
  /** User name of the person. */
  person: string;
  issuedAtMs: number;
  expiresAtMs: number;
}

/** Seals web sessions into cookie values of at most 400 bytes with the keyring that all regions share. */
export interface WebSessionCodec {
  seal(session: WebSession): string | Promise<string>;
  /** Undefined when the text is not ours, was changed, or its key is gone. Does not look at the expiry. */
  open(text: string): WebSession | undefined | Promise<WebSession | undefined>;
}

/** What the server puts into the request before it dispatches to a service (hono variable `request`). */
export interface RequestVariables {
  request: RequestContext & { requestId: string };
}

/** A target as its owner saved it. */
export interface SavedTarget {
  type: string;
  id: string;
  firstName?: string;
  lastName?: string;
  emailAddresses: string[];
  numbers: string[];
}
export interface RecentTarget extends SavedTarget {
  media: string;
  timeStampMs: number;
  missed: boolean;
}
export interface FavoriteTarget extends SavedTarget {
  category: string;
}

/** A person's recent targets and favourites. At most 100 of each are kept, the newest. */
export interface Preferences {
  recents(tenant: string, person: string): Promise<readonly RecentTarget[]>;
  addRecent(tenant: string, person: string, target: RecentTarget): Promise<void>;
  /** Marks every missed call as seen. */
  acknowledgeMissed(tenant: string, person: string): Promise<void>;
  favorites(tenant: string, person: string): Promise<readonly FavoriteTarget[]>;
  /** Answers false, and changes nothing, when type and id are already there. */
  saveFavorite(tenant: string, person: string, target: FavoriteTarget): Promise<boolean>;
  /** Answers false when there was none. */
  deleteFavorite(tenant: string, person: string, type: string, id: string): Promise<boolean>;
}

/** What an agent does now, for searches: only what this node knows. */
export interface Availability {
  channels: {
    name: string;
    available: boolean;
    userState?: { state: string; workMode?: string; reason?: string };
    phoneNumber?: string;
    switchName?: string;
    activity?: string;
  }[];
}
