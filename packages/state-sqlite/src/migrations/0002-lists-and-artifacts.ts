/** Manifest lists (their name is the key) and artifacts, in tables as those of 0001-initial.ts. */
export const listsAndArtifacts = ['manifest_lists', 'artifacts']
  .map(
    (table) =>
      `CREATE TABLE ${table} (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT UNIQUE, data TEXT NOT NULL)`
  )
  .join(';\n')
