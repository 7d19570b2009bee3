-- Contents that are small, with their messages; absent where a blob has it. Behind the layout: whoever reads that alone
-- does not read this.
ALTER TABLE mail_layouts ADD COLUMN source BLOB;
