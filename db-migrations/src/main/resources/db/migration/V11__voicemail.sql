-- Whether a machine took the latest call: what a step asks that is only for those who were left a message.
ALTER TABLE enrollments ADD COLUMN voicemail boolean NOT NULL DEFAULT false;
