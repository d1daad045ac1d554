-- Versions of the DPO's policy, and people's recorded choices.

-- Recipients, agreements, items, law, prohibitions, wordings and the notice's order, each as loaded from policy/.
create table policy_document (
  school_urn text not null references school,
  kind text not null check (kind in ('recipient', 'agreement', 'items', 'populations', 'law', 'prohibitions', 'properties', 'wordings', 'notice')),
  id text not null,
  version int not null,
  hash text not null,                         -- SHA-256 of the canonical JSON (RFC 8785) of body
  body jsonb not null,
  loaded_at timestamptz not null default now(), loaded_by text not null,
  approved_at timestamptz, approved_by text,  -- an agreement is in force only when a named person approved this version
  superseded_at timestamptz,
  primary key (school_urn, kind, id, version)
);
create unique index policy_current on policy_document (school_urn, kind, id)
  where approved_at is not null and superseded_at is null;
call tenant_table('policy_document');

-- An approved version never changes: only superseded_at may be set, once.
create function policy_immutable() returns trigger language plpgsql as $$
begin
  if old.approved_at is not null and (new.body, new.hash, new.approved_at, new.approved_by, new.version)
       is distinct from (old.body, old.hash, old.approved_at, old.approved_by, old.version)
     or old.superseded_at is not null and new.superseded_at is distinct from old.superseded_at then
    raise exception 'an approved version is immutable' using errcode = 'GH001';
  end if;
  return new;
end $$;
create trigger policy_immutable before update on policy_document for each row execute function policy_immutable();

-- What the recipient showed us: who it is, its keys, where to send. Facts with dates, apart from the policy file.
create table recipient_standing (
  school_urn text not null references school,
  recipient_id text not null,
  identity_verified_on date, identity_verified_by text, identity_changed_on date,
  contract_on date, contract_reference text,
  transfer_safeguard text, transfer_safeguard_on date,
  age_recipient text, age_recipient_expires_on date,
  endpoint jsonb not null default '{}',       -- transport settings: host, port, path, pinned host key, user; no secrets
  secret_reference text,                      -- name of the secret in the secret store
  template_header text[], template_sha256 text, template_checked_on date,
  primary key (school_urn, recipient_id)
);
call tenant_table('recipient_standing');

-- A person's choice for one purpose: append-only. States are those of DPV (disclosure-record.md 6.2).
create table consent_choice (
  school_urn text not null references school,
  id uuid not null default gen_random_uuid(),
  sequence bigint generated always as identity,
  pupil_id uuid not null,
  purpose text not null,
  kind text not null check (kind in ('consent', 'opt-out', 'biometric', 'permission')),
  state text not null check (state in ('requested', 'deferred', 'given', 'renewed', 'refused', 'withdrawn', 'revoked', 'expired', 'invalidated')),
  giver text not null check (giver in ('contact', 'pupil', 'school')),   -- school: revoked, expired, invalidated only
  giver_contact_id uuid,
  wording_id text not null, wording_sha256 text not null,
  method text not null,                       -- paper | portal | spoken-witnessed | written
  evidence text not null default '',
  tied_to text,                               -- permission: the code it permits
  recorded_at timestamptz not null, recorded_by text not null,
  expires_at timestamptz,
  primary key (school_urn, id),
  foreign key (school_urn, pupil_id) references pupil on delete cascade,
  check ((giver = 'contact') = (giver_contact_id is not null))
);
create index consent_choice_latest on consent_choice (school_urn, purpose, pupil_id, sequence desc);
call tenant_table('consent_choice');
revoke update, delete on consent_choice from gatehouse_app;

create table notice_version (
  school_urn text not null references school,
  version int not null,
  sha256 text not null,                       -- of the Markdown
  markdown text not null,
  entries jsonb not null,                     -- [{id, heading, agreementHash}] as published
  published_at timestamptz not null, published_by text not null,
  primary key (school_urn, version)
);
call tenant_table('notice_version');
revoke update, delete on notice_version from gatehouse_app;
