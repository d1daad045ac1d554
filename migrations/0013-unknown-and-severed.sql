-- What nobody has said is not a no. A pupil of whom it is not on record whether social care is involved, or whether there is
-- a medical need, must not pass for one of whom it is known that there is not. Rows from before keep what they hold.
alter table pupil alter column looked_after drop not null, alter column looked_after drop default,
  alter column child_in_need drop not null, alter column child_in_need drop default,
  alter column child_protection_plan drop not null, alter column child_protection_plan drop default,
  alter column medical_flag drop not null, alter column medical_flag drop default,
  alter column child_measurement_opt_out drop not null, alter column child_measurement_opt_out drop default;

-- A pupil with a new identity gets a new reference (UPN guide s.6.5, 6.6): what hangs on the pupil follows it, what was made
-- under the old one (recipients' codes, openings of the ledger) does not.
alter table pupil_contact drop constraint pupil_contact_school_urn_pupil_id_fkey,
  add foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade;
alter table sen_need drop constraint sen_need_school_urn_pupil_id_fkey,
  add foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade;
alter table fsm_period drop constraint fsm_period_school_urn_pupil_id_fkey,
  add foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade;
alter table attendance_mark drop constraint attendance_mark_school_urn_pupil_id_fkey,
  add foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade;
alter table assessment_result drop constraint assessment_result_school_urn_pupil_id_fkey,
  add foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade;
alter table suspension drop constraint suspension_school_urn_pupil_id_fkey,
  add foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade;
alter table school_history drop constraint school_history_school_urn_pupil_id_fkey,
  add foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade;
alter table protection drop constraint protection_school_urn_pupil_id_fkey,
  add foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade;
alter table consent_choice drop constraint consent_choice_school_urn_pupil_id_fkey,
  add foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade;

-- A pupil whom a file calls adopted is protected as one whom a person marked; a mark that a person lifted stays lifted.
create or replace view protection_reach with (security_invoker = true) as
select school_urn, pupil_id, kind, agreement_id, allowed_recipients, contact_id, from_date, to_date, lifted_at
from protection
union all
select m.school_urn, o.pupil_id, m.kind, m.agreement_id, m.allowed_recipients, null::uuid, m.from_date, m.to_date, m.lifted_at
from protection m
cross join lateral (
  select s.id as pupil_id from pupil p
    join pupil s on s.school_urn = p.school_urn and s.family_id = p.family_id
    where p.school_urn = m.school_urn and p.id = m.pupil_id
  union
  select s.pupil_id from pupil_contact p
    join pupil_contact s on s.school_urn = p.school_urn and s.contact_id = p.contact_id and s.lives_with_pupil
    where p.school_urn = m.school_urn and p.pupil_id = m.pupil_id and p.lives_with_pupil
) o
where m.kind = 'confidential-address' and o.pupil_id <> m.pupil_id
union all
select p.school_urn, p.id, 'adoption', null, '{}'::text[], null::uuid, p.entry_date, null::date, null::timestamptz
from pupil p
where p.adopted and not exists (select from protection m
  where m.school_urn = p.school_urn and m.pupil_id = p.id and m.kind = 'adoption');
