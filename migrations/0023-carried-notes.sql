-- A note that was written on the version before, and stands on this one because the same finding does.
alter table return_note add column carried_from uuid;   -- the note’s id on that version
