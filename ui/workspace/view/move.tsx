import { useState } from 'react';
import { Button } from 'react-aria-components';
import { en as text } from '../text/en.ts';
import { Field } from './field.tsx';
import type { ItemProperties } from './item-properties.ts';

/** Ways to give work away: to another agent, into a queue, into a workbin of one's own. */
export function Move({ item, state, busy, session }: ItemProperties) {
  const [agent, setAgent] = useState('');
  const [queue, setQueue] = useState('');
  const can = (capability: string): boolean => item.capabilities.includes(capability);
  const fault = state.faults[item.id];
  const workbins = can('place-in-workbin') ? state.workbins.filter(workbin => workbin.medium === item.medium) : [];
  const agentId = agent.trim();
  const target = queue.trim();
  return (
    <details className="move">
      <summary>{text.items.move}</summary>
      {can('transfer-agent') ? (
        <div className="row">
          <Field name="agentId" label={text.items.agent} value={agent} onChange={setAgent} fault={fault} maxLength={255} />
          <Button
            isDisabled={busy || agentId === ''}
            onPress={() => session.items.act(text.items.transfer, item, 'transfer-agent', { agentId })}
          >
            {text.items.transfer}
          </Button>
        </div>
      ) : null}
      {can('place-in-queue') ? (
        <div className="row">
          <Field name="queue" label={text.items.queue} value={queue} onChange={setQueue} fault={fault} maxLength={255} />
          <Button
            isDisabled={busy || target === ''}
            onPress={() => session.items.act(text.items.place, item, 'place-in-queue', { queue: target })}
          >
            {text.items.place}
          </Button>
        </div>
      ) : null}
      <div className="row">
        {workbins.map(workbin => {
          const label = text.items.intoWorkbin(workbin.id);
          return (
            <Button key={workbin.id} isDisabled={busy} onPress={() => session.items.intoWorkbin(label, item, workbin)}>
              {label}
            </Button>
          );
        })}
      </div>
    </details>
  );
}
