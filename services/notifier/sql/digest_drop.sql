-- Nobody is this reader any more. $1 reader, in hex.
DELETE FROM digest_reader WHERE reader = decode($1::text, 'hex')
