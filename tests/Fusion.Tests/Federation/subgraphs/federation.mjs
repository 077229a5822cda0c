/** The link that every scenario's schemas start with. */
export const link = (version = '2.6') => `extend schema @link(url: "https://specs.apollo.dev/federation/v${version}", import: [
  "@key", "@external", "@requires", "@provides", "@shareable", "@override", "@inaccessible", "@tag"${version >= '2.3' ? ', "@interfaceObject"' : ''}
])\n`;

export const byKey = (rows, ...keys) => reference => rows.find(r => keys.some(k => reference[k] !== undefined && r[k] === reference[k])) ?? null;
