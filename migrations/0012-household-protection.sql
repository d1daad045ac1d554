-- Marks as they reach further than the pupil they stand on. Where a protected pupil lives is where those live who live with
-- it: a brother's address would tell it. One household: the same family in the MIS, or a contact who lives with both.
create view protection_reach with (security_invoker = true) as
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
where m.kind = 'confidential-address' and o.pupil_id <> m.pupil_id;
grant select on protection_reach to gatehouse_app;
