import { defineConfig } from 'vite';

// The gateway serves the page at /graphql and its files at /explorer/; nothing is fetched from elsewhere.
export default defineConfig({
  base: '/explorer/',
  build: {
    outDir: '../../gateway/LuckyGraph.Gateway/wwwroot/explorer',
    emptyOutDir: true,
    chunkSizeWarningLimit: 5000,
  },
  worker: { format: 'es' },
});
