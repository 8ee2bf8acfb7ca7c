import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './view/app.tsx';
import { createStore } from './store.ts';
import './style.css';
import './digital.css';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
const store = createStore();
createRoot(root).render(
  <StrictMode>
    <App store={store} />
  </StrictMode>,
);
void store.session.start();
