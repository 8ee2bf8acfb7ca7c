-- Profiles of customers, what they did, and the texts that agents answer with. Every row belongs to a tenant.

create table contacts (
  id uuid primary key,
  tenant text not null,
  version integer not null default 1,
  -- Set once its attributes and interactions went into another contact.
  merged_into uuid references contacts (id) on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index contacts_tenant on contacts (tenant, created_at desc, id) where merged_into is null;
create index contacts_merged on contacts (merged_into) where merged_into is not null;

create table contact_attributes (
  id uuid primary key,
  contact_id uuid not null references contacts (id) on delete cascade,
  tenant text not null,
  name text not null,
  value text not null,
  description text,
  is_primary boolean not null,
  position integer not null,
  folded text collate "C" not null
);
create index contact_attributes_contact on contact_attributes (contact_id, position);
create index contact_attributes_value on contact_attributes (tenant, name, folded);

-- What searches look into: each text from each of its words on, so that a word, the beginning of one and a phrase are all ranges.
create table search_terms (
  tenant text not null,
  kind text not null,
  term text collate "C" not null,
  name text not null,
  owner_id text not null,
  primary key (tenant, kind, term, name, owner_id)
);
create index search_terms_owner on search_terms (tenant, kind, owner_id);

create table contact_interactions (
  tenant text not null,
  id text not null,
  contact_id uuid references contacts (id) on delete set null,
  media_type text not null,
  interaction_type text not null,
  interaction_subtype text not null,
  status text not null check (status in ('InProgress', 'Completed')),
  owner text,
  subject text,
  comment text,
  content text,
  started_at timestamptz not null,
  ended_at timestamptz,
  duration_s integer,
  user_data jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (tenant, id)
);
create index contact_interactions_contact on contact_interactions (contact_id, started_at desc) where contact_id is not null;
create index contact_interactions_owner on contact_interactions (tenant, owner, started_at desc);

create table response_categories (
  id uuid primary key,
  tenant text not null,
  parent_id uuid references response_categories (id) on delete cascade,
  name text not null,
  description text not null
);
create index response_categories_parent on response_categories (tenant, parent_id, name);

create table standard_responses (
  id uuid primary key,
  tenant text not null,
  category_id uuid not null references response_categories (id) on delete cascade,
  name text not null,
  description text not null,
  subject text not null,
  body text not null,
  plain_text_body text not null,
  language text not null,
  approved boolean not null,
  version integer not null default 1,
  updated_at timestamptz not null default now()
);
create index standard_responses_category on standard_responses (category_id, name);

create table response_attachments (
  id uuid primary key,
  response_id uuid not null references standard_responses (id) on delete cascade,
  name text not null,
  mime_type text not null,
  content bytea not null
);
create index response_attachments_response on response_attachments (response_id);

create table response_favorites (
  tenant text not null,
  person text not null,
  response_id uuid not null references standard_responses (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (tenant, person, response_id)
);

create table response_usage (
  id uuid primary key,
  tenant text not null,
  response_id uuid not null references standard_responses (id) on delete cascade,
  person text not null,
  interaction_id text not null,
  type text not null,
  at timestamptz not null default now()
);
create index response_usage_response on response_usage (response_id, at desc);
