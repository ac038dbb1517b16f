-- The day on which somebody is back whose machine answered that they are away.
ALTER TABLE contact_interactions ADD COLUMN returns_on date;
