"""What ``lianfang watch`` makes of files from elsewhere, one module a kind of file."""
