// Runs graphql-http's audit of GraphQL over HTTP against the server at URL; fails on any error, prints warnings and notices.
import { auditServer } from 'graphql-http';

const results = await auditServer({ url: process.env.URL, fetchFn: fetch });
const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
for (const result of results) {
  counts[result.status]++;
  if (result.status !== 'ok') {
    console.log(`${result.status} ${result.id} ${result.name}: ${result.reason}`);
  }
}

console.log(JSON.stringify(counts));
process.exit(counts.error === 0 && results.length >= 60 ? 0 : 1);
