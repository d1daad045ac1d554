-- Contacts who might leave and for whom a released file had no column, and of how many pupils: {"contacts": n, "pupils": n}.
alter table release add column left_out jsonb;
