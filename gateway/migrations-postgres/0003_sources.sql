-- Contents that are small, with their messages; absent where a blob has it. Not compressed: that would take longer than
-- all the rest.
ALTER TABLE contents ADD COLUMN source bytea;
ALTER TABLE contents ALTER COLUMN source SET STORAGE EXTERNAL;
