declare module "sharedb-postgres" {
  import type { PoolConfig } from "pg";
  import type { DB } from "sharedb";

  // It has no declarations of its own. https://github.com/share/sharedb-postgres
  class PostgresDB extends DB {
    constructor(options: PoolConfig);
  }
  export default PostgresDB;
}
