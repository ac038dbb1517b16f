-- A step updates its enrollment twice: parked on its dispatch, moved on by the outcome. A claim takes neighbours, all
-- rows of a page in one transaction, so each needs room for a second version on its page before the first may be
-- pruned; without that room every index of the table is written too. Existing pages get it as they are rewritten.
ALTER TABLE enrollments SET (fillfactor = 45);
