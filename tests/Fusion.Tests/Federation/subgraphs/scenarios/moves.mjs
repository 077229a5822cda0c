// @override, with and without a label, and from a schema that does not exist.
import { link } from '../federation.mjs';

export default {
  old: {
    typeDefs: `${link('2.7')}
      type Query { posts: [Post] }
      type Post @key(fields: "id") { id: ID! moved: String shared: String rolling: String flagged: String }`,
    resolvers: {
      Query: { posts: () => [{ id: '1' }] },
      Post: { moved: () => 'old', rolling: () => 'old', flagged: () => 'old', shared: () => 'old' },
    },
  },
  fresh: {
    typeDefs: `${link('2.7')}
      type Post @key(fields: "id") {
        id: ID!
        moved: String @override(from: "old") gone: String @override(from: "never")
        rolling: String @override(from: "old", label: "percent(25)") flagged: String @override(from: "old", label: "new-posts")
      }`,
    resolvers: { Post: { moved: () => 'fresh', gone: () => 'fresh', rolling: () => 'fresh', flagged: () => 'fresh' } },
  },
};
