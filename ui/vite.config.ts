import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const isEmbed = (name: string): boolean => name === 'embed';

/** Pages are served under `/ui/`, from `dist/ui`, by whatever stands for Workers static assets. */
export default defineConfig({
  root: here,
  base: '/ui/',
  plugins: [react()],
  build: {
    outDir: 'dist/ui',
    emptyOutDir: true,
    rollupOptions: {
      input: {
        workspace: `${here}/workspace/index.html`,
        chat: `${here}/chat/index.html`,
        embed: `${here}/chat/embed.ts`,
      },
      output: {
        // Foreign pages name this one, as a classic script: a function around it keeps its names from theirs.
        entryFileNames: ({ name }) => (isEmbed(name) ? 'chat/embed.js' : 'assets/[name]-[hash].js'),
        postBanner: ({ name }) => (isEmbed(name) ? '(() => {' : ''),
        postFooter: ({ name }) => (isEmbed(name) ? '})();' : ''),
      },
    },
  },
});
