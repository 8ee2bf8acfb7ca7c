import type { Event, Effect } from './state.ts';
import { passportBinding } from './passport-writer.ts';
import { timing } from './rules.ts';
import type { SessionRunner } from './session-runner.ts';
import type { Tenure } from './tenure.ts';
import type { DnName } from './surroundings.ts';

/** Does what a step asked for; everything that comes of it returns as an event of the session. */
export function carryOut(runner: SessionRunner, effect: Effect): void {
  const { registry, clock, hooks, node, referee } = runner.around;
  const { session } = runner;
  switch (effect.kind) {
    case 'read':
      return ask(
        runner,
        () => registry.read(session),
        record => ({ kind: 'read', record }),
      );
    case 'take': {
      const incarnation = runner.around.incarnation();
      return ask(
        runner,
        () => registry.take(session, node, { ...effect.take, incarnation }),
        answer => ({ kind: 'took', answer }),
      );
    }
    case 'go': {
      const incarnation = runner.around.incarnation();
      const { epoch, over, waited } = effect;
      const dn = runner.facts.dn;
      return ask(
        runner,
        () => registry.go(session, { incarnation, epoch, over, waited, dn }),
        answer => ({ kind: 'went', answer }),
      );
    }
    case 'revive':
      return ask(
        runner,
        () => runner.around.revive(session, effect.epoch, runner.facts.dn),
        answer => ({ kind: 'revived', answer }),
      );
    case 'leave':
      return ask(
        runner,
        () => registry.leave(session, effect.incarnation, effect.epoch, effect.to),
        () => ({ kind: 'left' }),
      );
    case 'depart':
      registry.leave(session, effect.incarnation, effect.epoch, 'free').catch(() => undefined); // a help to the taker, no more
      return;
    case 'announce':
      return announce(runner, effect.epoch, effect.incarnation);
    case 'say': {
      const dn = runner.facts.dn;
      const { word: kind, epoch, incarnation } = effect;
      if (dn !== undefined) referee.say(dn, { kind, epoch, incarnation, session }).catch(() => undefined); // without a link nobody waits for it
      return;
    }
    case 'timer':
      return startTimer(runner, effect.event, effect.ms);
    case 'adopt':
      return adopt(runner);
    case 'resumed':
      if (runner.tenure !== undefined) hooks.resumed?.(runner.key, runner.tenure);
      return;
    case 'lost':
      hooks.lost(runner.key, effect.reason);
      return;
    case 'answer':
      return runner.answer(effect.answer);
    case 'rewant':
      return runner.rewant();
    case 'attached':
      for (const settle of [...runner.attachers]) settle(effect.ok);
      return;
  }

  /** A `retry` belongs to the state that asked for it, the others to the newest announcement. */
  function startTimer(of: SessionRunner, event: 'retry' | 'settled' | 'reannounce', ms: number): void {
    const cancel = clock.after(ms, () => of.dispatch({ kind: event }));
    if (event === 'retry') {
      of.cancelRetry?.();
      of.cancelRetry = cancel;
    } else {
      of.cancelSettle?.();
      of.cancelSettle = cancel;
    }
  }
}

/** One call of the registry; its outcome counts only while the session is in the state that asked. */
function ask<T>(runner: SessionRunner, call: () => Promise<T>, toEvent: (answer: T) => Event): void {
  const { generation } = runner;
  const done = (event: Event): void => {
    if (runner.generation === generation) runner.dispatch(event);
  };
  call().then(
    answer => done(toEvent(answer)),
    () => {
      if (runner.generation !== generation) return;
      if (runner.state.kind === 'reading' && runner.facts.dn === undefined)
        void locate(runner).then(() => done({ kind: 'registry-failed' }));
      else done({ kind: 'registry-failed' });
    },
  );
}

/** Without the registry the DN comes from the service, so that the referee can be asked. */
async function locate(runner: SessionRunner): Promise<void> {
  const { hooks, clock } = runner.around;
  if (hooks.locate === undefined) return;
  const late = new Promise<undefined>(resolve => void clock.after(500, () => resolve(undefined)));
  const dn: DnName | undefined = await Promise.race([hooks.locate(runner.key).catch(() => undefined), late]);
  if (dn !== undefined && runner.facts.dn === undefined) runner.dispatch({ kind: 'attach', dn: `${dn.number}@${dn.switchName}` });
}

/** Register, say, query: when the answer is there, every word ordered before it was heard. */
function announce(runner: SessionRunner, epoch: number, incarnation: string): void {
  const { referee, clock } = runner.around;
  const { dn } = runner.facts;
  const mine = (runner.announcement += 1);
  runner.cancelSettle?.();
  runner.cancelSettle = undefined;
  if (dn === undefined) return;
  listen(runner, dn);
  // Without the registry nobody waits for it later: asked for now, beside the 300 ms.
  const bare = runner.state.kind === 'announcing' && runner.state.claim.bare;
  runner.passportAhead = bare && !runner.facts.kept ? readPassport(runner, 1) : undefined;
  let open = true;
  const done = (event: Event): void => {
    if (!open) return;
    open = false;
    cancel();
    if (runner.announcement === mine) runner.dispatch(event);
  };
  const cancel = clock.after(timing.refereeTimeout, () => done({ kind: 'referee-failed' }));
  const word = { kind: 'announce', epoch, incarnation, session: runner.session } as const;
  referee
    .register(dn)
    .then(() => referee.say(dn, word))
    .then(() => referee.query(dn))
    .then(
      () => done({ kind: 'announced' }),
      () => done({ kind: 'referee-failed' }),
    );
}

/** Hears what is said on the DN about this session, until the session has another DN or is forgotten. */
function listen(runner: SessionRunner, dn: string): void {
  if (runner.unlisten?.dn === dn) return;
  runner.unlisten?.stop();
  const stop = runner.around.referee.on(dn, {
    heard: word => {
      if (word.session === runner.session && runner.facts.dn === dn) runner.dispatch({ kind: 'heard', word });
    },
    link: change => {
      if (runner.facts.dn !== dn) return;
      if (change !== 'restored') runner.dispatch({ kind: 'link', change: 'lost' });
      if (change !== 'lost') runner.dispatch({ kind: 'link', change: 'back' });
    },
  });
  runner.unlisten = { dn, stop };
}

/** The predecessor is over: fetch what it left, and let the service build the session up. */
function adopt(runner: SessionRunner): void {
  const { tenure } = runner;
  if (tenure === undefined) return;
  runner.around.adoptions.take(done => {
    if (runner.tenure === tenure) adoptNow(runner, tenure, done);
    else done();
  });
}

function adoptNow(runner: SessionRunner, tenure: Tenure, done: () => void): void {
  const { hooks, log } = runner.around;
  const ahead = runner.passportAhead;
  runner.passportAhead = undefined;
  (ahead ?? readPassport(runner, passportTries))
    .then(passport => (runner.tenure === tenure ? hooks.adopt(runner.key, tenure, passport) : undefined))
    .then(
      () => {
        if (runner.tenure === tenure) runner.dispatch({ kind: 'adopted' });
      },
      (error: unknown) => {
        log.error('adoption failed', { session: runner.session, cause: error instanceof Error ? error.message : 'unknown' });
        if (runner.tenure === tenure) runner.dispatch({ kind: 'adopt-failed' });
      },
    )
    .finally(done);
}

const passportTries = 3;

async function readPassport(runner: SessionRunner, tries: number): Promise<unknown> {
  const { registry, clock, sealer, log } = runner.around;
  for (let left = tries; left > 0; left -= 1) {
    try {
      const stored = await registry.passport(runner.session);
      if (stored === undefined) return undefined;
      const text = await sealer.open(stored.sealed, passportBinding(runner.session, stored.epoch));
      if (text === undefined) log.warn('passport unreadable', { session: runner.session });
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    } catch (error) {
      log.debug('passport not read', { session: runner.session, cause: error instanceof Error ? error.name : 'unknown' });
      if (left > 1) await new Promise<void>(resolve => void clock.after(timing.retry, resolve));
    }
  }
  return undefined;
}
