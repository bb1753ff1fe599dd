-- What is said of a rule that was learned: how sure it is, and of how much of the sample.
ALTER TABLE rule
    ADD COLUMN confidence        text CHECK (confidence IN ('high', 'medium', 'low')),
    ADD COLUMN sample_match_rate text;
