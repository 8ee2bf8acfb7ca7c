import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Pages are served under `/ui/`, from `dist/ui`, by whatever stands for Workers static assets. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/ui/',
  plugins: [react()],
  build: {
    outDir: 'dist/ui',
    emptyOutDir: true,
    rollupOptions: { input: { workspace: `${import.meta.dirname}/workspace/index.html` } },
  },
});
