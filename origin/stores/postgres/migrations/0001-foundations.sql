create table environments (
  id uuid primary key,
  name text not null unique,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table contact_centers (
  id uuid primary key,
  name text not null unique,
  environment_id uuid not null references environments (id),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table contact_center_domains (
  domain text primary key check (domain = lower(domain)),
  contact_center_id uuid not null references contact_centers (id) on delete cascade,
  position integer not null
);

create table settings (
  id uuid primary key,
  contact_center_id uuid not null references contact_centers (id) on delete cascade,
  name text not null,
  location text not null,
  value text not null,
  shared boolean not null,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  unique (contact_center_id, name, location)
);

create table cors_origins (
  id uuid primary key,
  contact_center_id uuid references contact_centers (id) on delete cascade,
  origin text not null,
  created_at timestamptz not null default now(),
  unique nulls not distinct (contact_center_id, origin)
);

create table oauth_clients (
  id uuid primary key,
  client_id text not null unique,
  name text not null,
  secret_hash text,
  client_type text not null check (client_type in ('CONFIDENTIAL', 'PUBLIC')),
  internal_client boolean not null,
  grant_types jsonb not null,
  redirect_uris jsonb not null,
  scopes jsonb not null,
  authorities jsonb not null,
  contact_center_ids jsonb not null,
  access_token_expiration_s integer not null,
  refresh_token_expiration_s integer not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((client_type = 'PUBLIC') = (secret_hash is null))
);

create table refresh_tokens (
  hash text primary key,
  grant_id text not null,
  client_id text not null,
  tenant text not null,
  user_name text,
  payload jsonb not null,
  consumed_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index refresh_tokens_grant on refresh_tokens (grant_id);
create index refresh_tokens_user on refresh_tokens (tenant, user_name);
create index refresh_tokens_expiry on refresh_tokens (expires_at);

-- What a person keeps: the newest 100 of each kind.
create table recent_targets (
  id uuid primary key,
  tenant text not null,
  person text not null,
  target jsonb not null,
  missed boolean not null,
  at timestamptz not null
);
create index recent_targets_person on recent_targets (tenant, person, at desc);

create table favorite_targets (
  id uuid primary key,
  tenant text not null,
  person text not null,
  type text not null,
  target_id text not null,
  target jsonb not null,
  created_at timestamptz not null default now(),
  unique (tenant, person, type, target_id)
);

create table audit (
  id uuid primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null,
  request_id text not null
);
create index audit_at on audit (at desc);
