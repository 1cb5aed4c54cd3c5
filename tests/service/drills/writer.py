"""Writes rows to a SQLite file and says each once it is committed, until it is killed: writer.py FILE SYNCHRONOUS."""

import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute(f"PRAGMA synchronous = {sys.argv[2]}")
connection.execute("CREATE TABLE IF NOT EXISTS answers (number INTEGER PRIMARY KEY, said TEXT)")
number = 0
while True:
    number += 1
    connection.execute("INSERT INTO answers VALUES (?, ?)", (number, "no" * 200))
    print(number, flush=True)
