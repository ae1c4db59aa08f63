import type { SchemasUsed } from './protocol.js';

/** Names beyond any gateway's: a file of a thousand plugins that nobody has is no reason to ask a gateway a thousand times. */
const most = 300;

/** What kinds and plugins files have been made of so far. */
export class SchemasInUse {
  private readonly kinds = new Set<string>();
  private readonly plugins = new Set<string>();

  /** @param grown called with everything each time it is more. */
  constructor(private readonly grown: (used: SchemasUsed) => void) {}

  add({ kinds, plugins }: SchemasUsed): void {
    const before = this.kinds.size + this.plugins.size;
    for (const kind of kinds) if (this.kinds.size < most) this.kinds.add(kind);
    for (const plugin of plugins) if (this.plugins.size < most) this.plugins.add(plugin);
    if (this.kinds.size + this.plugins.size === before) return;
    this.grown({ kinds: [...this.kinds], plugins: [...this.plugins] });
  }
}
