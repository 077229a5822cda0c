import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './main.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { welcome } from './welcome.js';

const endpoint = new URL('/graphql', window.location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

// Headers typed below the editor (Authorization, GraphQL-Plan) also travel in a socket's connection_init.
const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: socket.href,
  headers: { 'GraphQL-Preflight': '1' },
});

createRoot(document.getElementById('explorer')).render(
  createElement(
    GraphiQL,
    { fetcher, defaultQuery: welcome, defaultEditorToolsVisibility: 'variables', shouldPersistHeaders: false },
    createElement(GraphiQL.Logo, null, createElement('span', { className: 'lucky-logo' }, 'LuckyGraph')),
  ),
);
