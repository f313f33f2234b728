DROP TABLE rollcall.verification;
