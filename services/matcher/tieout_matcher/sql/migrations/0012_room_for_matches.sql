-- A file brings one side whole, the next file its counterparts: nearly every entry of a page is
-- then matched in one transaction. With room for all of them on their page no index changes.
ALTER TABLE entry SET (fillfactor = 50);
