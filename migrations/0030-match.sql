-- Who the pupils are over all authorised returns. Identities lie encrypted in files beside the store; here stand runs, what they
-- read and wrote, what people decided, and every merge and split. An identity is named by a keyed digest that tells nothing.
-- All of it is the collector's alone.

create procedure match_table(name text) language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy collector on %I using (national_scope() = ''collector'')', name);
  execute format('grant select, insert, update, delete on %I to gatehouse_national', name);
end $$;

-- One step of the matching's state. What its files hold counts from the moment when its row is there; others are nobody's.
create table match_run (
  number int primary key,                     -- from 1, without a gap: two runs at once can't both be the next
  kind text not null check (kind in ('returns', 'decisions')),
  at timestamptz not null,
  by_name text not null,
  model int not null,                         -- the version of the trained model
  files jsonb not null,                       -- by kind: name, SHA-256
  counts jsonb not null,
  quality jsonb not null                      -- estimates by subgroup
);
call match_table('match_run');
revoke update, delete on match_run from gatehouse_national;

create table match_return (
  return_id uuid primary key,
  run int not null references match_run,
  records int not null
);
create index match_return_by_run on match_return (run);
call match_table('match_return');
revoke update, delete on match_return from gatehouse_national;

-- Two identities that may be one person: a person decides. What the page shows of them is sealed to the matching's own key.
create table match_pair (
  id uuid primary key default gen_random_uuid(),
  a uuid not null,
  b uuid not null,
  pmr_a text not null,
  pmr_b text not null,
  why text not null check (why in ('between', 'numbers', 'tie', 'apart', 'sample')),
  weight int,                                 -- thousandths of a bit; null: a pass alone found it
  found_in int not null references match_run,
  sides bytea not null,
  state text not null check (state in ('open', 'second', 'decided', 'gone')),
  check (a < b)
);
create unique index match_pair_of on match_pair (a, b);
create index match_pair_open on match_pair (weight desc, id) where state in ('open', 'second');
create index match_pair_by_person_a on match_pair (pmr_a);
create index match_pair_by_person_b on match_pair (pmr_b);
call match_table('match_pair');

-- What people said. Outlives every model. Never changed but to be undone.
create table match_decision (
  id uuid primary key default gen_random_uuid(),
  pair_id uuid not null references match_pair,
  a uuid not null,
  b uuid not null,
  verdict text not null check (verdict in ('same', 'not-same', 'unsure')),
  reason text not null,
  by_name text not null,
  at timestamptz not null,
  counts boolean not null,                    -- false: waits for a second opinion, or was overruled by one
  second boolean not null,                    -- a second opinion on a decision before it
  applied_in int references match_run,
  undone_by text,
  undone_at timestamptz,
  undone_reason text
);
create index match_decision_of on match_decision (pair_id, at);
create index match_decision_counts on match_decision (a, b) where counts and undone_at is null;
call match_table('match_decision');
revoke delete on match_decision from gatehouse_national;

-- Two identities that are never to be joined, by a digest of both together: the digest of neither is found from it.
create table match_sealed (
  digest text primary key,
  authorised_by text not null,
  at timestamptz not null
);
call match_table('match_sealed');
revoke update, delete on match_sealed from gatehouse_national;

-- Merges and splits of references, in order: also the list from which others learn what changed.
create table match_change (
  number bigint generated always as identity primary key,
  run int not null references match_run,
  kind text not null check (kind in ('merge', 'split')),
  kept text not null,                         -- the older reference, or the one that the larger part keeps
  other text not null,                        -- merge: no longer in use, leads to kept; split: new
  identities int not null,                    -- how many moved
  cause text not null check (cause in ('returns', 'decision', 'undone')),
  evidence jsonb not null,
  by_name text not null,
  at timestamptz not null
);
create index match_change_kept on match_change (kept, number);
create index match_change_other on match_change (other, number);
call match_table('match_change');
revoke update, delete on match_change from gatehouse_national;

-- How far each reader of changes has come.
create table match_change_reader (
  reader text primary key,
  number bigint not null
);
call match_table('match_change_reader');
