-- Files that agents attach to e-mails and work items; the interaction itself names them.

create table documents (
  id uuid primary key,
  tenant text not null,
  name text not null,
  mime text not null,
  content bytea not null check (length(content) <= 2097152),
  created_at timestamptz not null default now()
);
