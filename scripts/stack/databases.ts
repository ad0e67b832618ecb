import { Client } from "pg";

export interface Database {
  /** The database's name, and its owner's. */
  readonly name: string;
  readonly password: string;
}

function urlOf(adminUrl: string, { name, password }: Database): string {
  const url = new URL(adminUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Gives each database an owner of its own, who can enter no other. Made when missing; repeating it changes nothing.
 *
 * @param adminUrl of a role that may make roles and databases
 * @returns the connection URLs, in the order of `databases`
 */
export async function provideDatabases(adminUrl: string, databases: readonly Database[]): Promise<string[]> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const { name, password } of databases) {
      const id = client.escapeIdentifier(name);
      const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [name]);
      const login = `LOGIN PASSWORD ${client.escapeLiteral(password)}`;
      await client.query(`${role.rowCount ? "ALTER" : "CREATE"} ROLE ${id} ${login}`);
      const database = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
      if (database.rowCount) continue;
      // On a hosted Postgres the administrator is no superuser, and may only make things for roles it belongs to.
      await client.query(`GRANT ${id} TO CURRENT_USER`);
      await client.query(`CREATE DATABASE ${id} OWNER ${id}`);
      await client.query(`REVOKE ALL ON DATABASE ${id} FROM PUBLIC`);
    }
  } finally {
    await client.end();
  }
  return databases.map((database) => urlOf(adminUrl, database));
}
