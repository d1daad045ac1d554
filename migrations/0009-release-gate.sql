-- Counts what may take a permission away: choices, protections, versions of the policy, what a recipient has shown. A
-- release ends by taking its school's row: what was committed since the release began makes it start again, and what is
-- under way waits until it has ended. Serializability alone would let a release that began before a withdrawal commit
-- after it.
create table release_gate (
  school_urn text primary key references school,
  changes bigint not null default 0
);
call tenant_table('release_gate');

create function touch_release_gate() returns trigger language plpgsql as $$
begin
  if app_school() is not null then
    insert into release_gate (school_urn, changes) values (app_school(), 1)
      on conflict (school_urn) do update set changes = release_gate.changes + 1;
  end if;
  return null;
end $$;

create trigger release_gate after insert on consent_choice for each statement execute function touch_release_gate();
create trigger release_gate after insert or update or delete on protection for each statement execute function touch_release_gate();
create trigger release_gate after insert or update or delete on policy_document for each statement execute function touch_release_gate();
create trigger release_gate after insert or update or delete on recipient_standing for each statement execute function touch_release_gate();

-- Who is sending a release at this moment, and until when nobody else may: two workers must not send it at once, and a
-- worker that died must not hold it for ever.
alter table delivery add column claimed_by text;
alter table delivery add column claimed_until timestamptz;
alter table delivery add column stage text;                -- how far the sending got, so that a try after a crash goes on from there
