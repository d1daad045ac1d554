-- The facts that decide and release read. One column an item, named as policy/items.yaml names it, so that a projection
-- in a log or a plan reads like the agreement it came from. Aggregates are scalar subqueries: a column that is not asked
-- for costs nothing. security_invoker keeps row security that of the reader.

create view pupil_facts with (security_invoker = true) as
select
  p.school_urn, p.id as pupil_id,
  p.id::text as "pupil.reference",
  p.mis_id as "pupil.misId",
  p.admission_number as "pupil.admissionNumber",
  p.upn as "pupil.upn", p.former_upn as "pupil.formerUpn", p.uln as "pupil.uln",
  p.surname as "pupil.surname", p.forename as "pupil.forename", p.middle_names as "pupil.middleNames",
  coalesce(p.preferred_surname, p.surname) as "pupil.preferredSurname",
  coalesce(p.preferred_forename, p.forename) as "pupil.preferredForename",
  p.former_surname as "pupil.formerSurname", p.former_forename as "pupil.formerForename",
  p.date_of_birth as "pupil.dateOfBirth", p.sex as "pupil.sex",
  p.ethnicity as "pupil.ethnicity", p.ethnicity_source as "pupil.ethnicitySource",
  p.first_language as "pupil.firstLanguage", p.eal as "pupil.eal", p.religion as "pupil.religion",
  p.year_group as "pupil.yearGroup", p.registration_group as "pupil.registrationGroup",
  coalesce(p.maths_class, p.registration_group) as "pupil.mathsClass",
  p.enrolment_status as "pupil.enrolmentStatus",
  p.entry_date as "pupil.entryDate", p.leaving_date as "pupil.leavingDate", p.leaving_reason as "pupil.leavingReason",
  p.destination_la as "pupil.destinationLa", p.destination_establishment as "pupil.destinationEstablishment",
  p.destination_name as "pupil.destinationName",
  p.part_time as "pupil.partTime",
  p.fsm_eligible as "pupil.fsmEligible",
  (select max(f.start_date) from fsm_period f where f.school_urn = p.school_urn and f.pupil_id = p.id) as "pupil.fsmStartDate",
  (select f.end_date from fsm_period f where f.school_urn = p.school_urn and f.pupil_id = p.id
    order by f.start_date desc limit 1) as "pupil.fsmEndDate",
  case when p.fsm_eligible then 'free' when p.universal_infant_meal then 'universal infant' else 'paid' end as "pupil.mealEntitlement",
  p.pupil_premium as "pupil.pupilPremium",
  p.dietary_requirement as "pupil.dietaryRequirement",
  nullif(array_to_string(p.allergens, '; '), '') as "pupil.allergens",
  p.medical_needs as "pupil.medicalNeeds", p.medical_flag as "pupil.medicalFlag",
  nullif(array_to_string(p.disabilities, '; '), '') as "pupil.disabilities",
  p.sen_provision as "pupil.senProvision", p.sen_start_date as "pupil.senStartDate",
  (select string_agg(n.sen_type, '; ' order by n.rank) from sen_need n
    where n.school_urn = p.school_urn and n.pupil_id = p.id) as "pupil.senTypes",
  p.looked_after as "pupil.lookedAfter", p.care_authority as "pupil.careAuthority",
  p.previously_looked_after as "pupil.previouslyLookedAfter",
  p.child_in_need as "pupil.childInNeed", p.child_protection_plan as "pupil.childProtectionPlan",
  p.service_child as "pupil.serviceChild", p.young_carer as "pupil.youngCarer", p.kinship_care as "pupil.kinshipCare",
  p.funding_code as "pupil.fundingCode", p.funded_hours::text as "pupil.fundedHours",
  nullif(array_to_string(p.sessions_booked, '; '), '') as "pupil.sessionsBooked", p.room as "pupil.room",
  p.photo as "pupil.photo",
  p.child_measurement_opt_out as "pupil.childMeasurementOptOut",
  p.address_line_1 as "pupil.addressLine1", p.address_line_2 as "pupil.addressLine2",
  p.town as "pupil.town", p.county as "pupil.county", p.postcode as "pupil.postcode",
  (select count(*)::int from attendance_mark m join attendance_code c using (code)
    where m.school_urn = p.school_urn and m.pupil_id = p.id and c.counts_as_possible) as "pupil.sessionsPossible",
  (select count(*)::int from attendance_mark m join attendance_code c using (code)
    where m.school_urn = p.school_urn and m.pupil_id = p.id
      and c.meaning in ('attending', 'approved-activity')) as "pupil.sessionsAttended",
  (select count(*)::int from attendance_mark m join attendance_code c using (code)
    where m.school_urn = p.school_urn and m.pupil_id = p.id and c.meaning = 'authorised-absence') as "pupil.sessionsAuthorised",
  (select count(*)::int from attendance_mark m join attendance_code c using (code)
    where m.school_urn = p.school_urn and m.pupil_id = p.id and c.meaning = 'unauthorised-absence') as "pupil.sessionsUnauthorised",
  s.school_urn as "school.urn", s.name as "school.name", s.la_number as "school.laNumber",
  s.establishment_number as "school.establishmentNumber"
from pupil p join school s on s.school_urn = p.school_urn;
grant select on pupil_facts to gatehouse_app;

create view contact_facts with (security_invoker = true) as
select pc.school_urn, pc.pupil_id, pc.contact_id, pc.court_order,
  c.title as "contact.title", c.surname as "contact.surname", c.forename as "contact.forename",
  pc.relationship as "contact.relationship", pc.parental_responsibility as "contact.parentalResponsibility",
  pc.priority as "contact.priority", pc.lives_with_pupil as "contact.livesWithPupil",
  pc.emergency as "contact.emergency", pc.may_collect as "contact.mayCollect", pc.pays_invoices as "contact.paysInvoices",
  c.phone as "contact.phone", c.mobile as "contact.mobile", c.email as "contact.email",
  c.address_line_1 as "contact.addressLine1", c.address_line_2 as "contact.addressLine2", c.town as "contact.town",
  c.postcode as "contact.postcode",
  c.national_insurance_number as "contact.nationalInsuranceNumber"
from pupil_contact pc join contact c on c.school_urn = pc.school_urn and c.id = pc.contact_id;
grant select on contact_facts to gatehouse_app;

create view attendance_facts with (security_invoker = true) as
select school_urn, pupil_id, day as "attendance.date", session as "attendance.session", code as "attendance.code"
from attendance_mark;
grant select on attendance_facts to gatehouse_app;

create view result_facts with (security_invoker = true) as
select school_urn, pupil_id, stage as "result.stage", subject as "result.subject", method as "result.method",
  component as "result.component", year as "result.year", result as "result.value", result_date as "result.date"
from assessment_result;
grant select on result_facts to gatehouse_app;

create view suspension_facts with (security_invoker = true) as
select school_urn, pupil_id, start_date as "suspension.startDate", category as "suspension.category",
  array_to_string(reasons, '; ') as "suspension.reasons", sessions as "suspension.sessions"
from suspension;
grant select on suspension_facts to gatehouse_app;

create view school_history_facts with (security_invoker = true) as
select school_urn, pupil_id, la_number as "schoolHistory.laNumber", establishment_number as "schoolHistory.establishmentNumber",
  school_name as "schoolHistory.name", entry_date as "schoolHistory.entryDate", leaving_date as "schoolHistory.leavingDate",
  leaving_reason as "schoolHistory.leavingReason"
from school_history;
grant select on school_history_facts to gatehouse_app;
