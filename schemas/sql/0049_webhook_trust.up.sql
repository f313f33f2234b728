-- Receivers inside a network often show a certificate of its own authority; and why an attempt had no answer is told to who asks.

SET search_path = rollcall;

ALTER TABLE webhook ADD COLUMN ca_file text;            -- certificates that the receiver is trusted by; NULL: the system's
ALTER TABLE webhook_delivery ADD COLUMN detail text;    -- why the last attempt had no answer, with the host's name

RESET search_path;
