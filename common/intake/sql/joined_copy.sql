COPY upload_joined (file, line, owner, row) FROM STDIN
