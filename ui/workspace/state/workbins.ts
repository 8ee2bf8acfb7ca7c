import type { Resting, Workbin } from './item.ts';

const maxResting = 100;

/** The workbin with one more in it, or with what is known of it now. */
function placed(items: readonly Resting[], told: Resting): readonly Resting[] {
  return items.some(item => item.id === told.id)
    ? items.map(item => (item.id === told.id ? told : item))
    : [...items, told].slice(-maxResting);
}

/** The workbins after one of them changed; a workbin that is not shown changes nothing. */
export function withChange(
  workbins: readonly Workbin[],
  workbinId: string,
  operation: 'Placed' | 'Taken' | 'Properties',
  item: Resting,
): readonly Workbin[] {
  return workbins.map(workbin => {
    if (workbin.id !== workbinId) return workbin;
    const isThere = workbin.items.some(each => each.id === item.id);
    switch (operation) {
      case 'Placed':
        return { ...workbin, items: placed(workbin.items, item) };
      case 'Properties':
        return isThere ? { ...workbin, items: placed(workbin.items, item) } : workbin;
      case 'Taken':
        return { ...workbin, items: workbin.items.filter(each => each.id !== item.id) };
    }
  });
}
