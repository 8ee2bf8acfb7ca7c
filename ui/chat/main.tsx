import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { optionsFrom } from './options.ts';
import { createStore } from './store.ts';
import { App } from './view/app.tsx';
import './style.css';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(
  <StrictMode>
    <App store={createStore()} options={optionsFrom(location.hash)} />
  </StrictMode>,
);
