// Multipart requests as Node's fetch encodes them, against the server at URL.
import assert from 'node:assert/strict';

async function send(operations, map, files, headers = { 'GraphQL-Preflight': '1' }) {
  const form = new FormData();
  form.append('operations', JSON.stringify(operations));
  form.append('map', JSON.stringify(map));
  for (const [key, file] of Object.entries(files)) {
    form.append(key, file, file.name);
  }

  const response = await fetch(process.env.URL, { method: 'POST', headers, body: form });
  return [response.status, await response.json()];
}

const one = { query: 'mutation ($file: Upload!) { fileUpload(file: $file) }', variables: { file: null } };
const text = (content, name) => new File([content], name, { type: 'text/plain' });

assert.deepEqual(await send(one, { 0: ['variables.file'] }, { 0: text('Grüße', 'größe "1".txt') }), [
  200,
  { data: { fileUpload: 'größe %221%22.txt|text/plain|7|Grüße' } },
]);

assert.deepEqual(
  await send(
    { query: 'mutation ($files: [Upload!]!) { filesUpload(files: $files) }', variables: { files: [null, null] } },
    { 0: ['variables.files.0'], 1: ['variables.files.1'] },
    { 0: text('a', 'a'), 1: text('b', 'b') },
  ),
  [200, { data: { filesUpload: ['a|text/plain|1|a', 'b|text/plain|1|b'] } }],
);

assert.deepEqual(await send([one, one], { 0: ['0.variables.file'], 1: ['1.variables.file'] }, { 0: text('a', 'a'), 1: text('b', 'b') }), [
  200,
  [{ data: { fileUpload: 'a|text/plain|1|a' } }, { data: { fileUpload: 'b|text/plain|1|b' } }],
]);

// Binary content comes through as it is: the reader below counts bytes.
const bytes = new Uint8Array(300_000).map((_, i) => i * 31);
assert.deepEqual(
  await send({ query: 'query ($f: Upload) { fileSize(file: $f) }', variables: { f: null } }, { f: ['variables.f'] }, { f: new File([bytes], 'b') }),
  [200, { data: { fileSize: 300_000 } }],
);

const [status, forged] = await send(one, { 0: ['variables.file'] }, { 0: text('a', 'a') }, {});
assert.deepEqual([status, forged.errors[0].extensions.code], [400, 'BAD_REQUEST']);
console.log('ok');
