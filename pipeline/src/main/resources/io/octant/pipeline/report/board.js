// The table of a sweep, or the figures of a model that was evaluated.
(() => {
  'use strict';
  const { $, known, list, esc, name, none, whole, percent, db, fixed, number, parent, card, cards, table, grid, color, chart, noChart, made, part, start } = octant;
  let run = null;
  let board = null;
  let rows = [];

  const points = (x) => (x > 0 ? '+' : x < 0 ? '−' : '±') + Math.abs(100 * x).toFixed(2);
  const interval = (share) => `${(100 * share.low).toFixed(2)} to ${(100 * share.high).toFixed(2)} %`;
  const chance = (p) => (p < 0.001 ? 'p &lt; 0.001' : `p ${p.toFixed(3)}`);
  const standings = { better: '<span class="ok">better</span>', worse: '<span class="bad">worse</span>', even: 'may be chance' };
  const hasFigures = (row) => !row.error && known(row.agreement);
  const isFloat = (row) => row.kind === 'float';
  const leftOut = (row) => [...(row.nanOnly ? [`NaN in ${whole(row.nanOnly)}`] : []), ...(row.nonFinite ? [`${whole(row.nonFinite)} infinite`] : [])];
  const noise = (row) => (row.meanSquaredError === 0 && !row.equal && !known(row.sqnrDb) ? 'no error' : db(row.sqnrDb, row.equal));

  function rowsOf(result) {
    const speeds = new Map(list(result.speed?.candidates).map((c) => [c.name, c.samplesPerSecondOfAThread]));
    const front = new Set(list(result.speed?.pareto));
    return list(board.candidates).map((c, i) => ({ ...c, at: i + 1, tags: list(c.tags), speed: speeds.get(c.name) ?? null, front: front.has(c.name), winner: c.name === board.winner && list(board.candidates).length > 2 }));
  }

  function head() {
    const r = run.result;
    const title = parent(r.model?.path) || run.name;
    const failed = rows.filter((row) => row.error).length;
    document.title = `Octant: ${r.step ?? 'sweep'} of ${title}`;
    $('#head').innerHTML = `<div class="eyebrow"><span>Octant ${esc(r.step ?? '')}</span>${failed ? `<span class="badge warn">${whole(failed)} without figures</span>` : '<span class="badge ok">done</span>'}</div>`
      + `<h1>${name(title)}</h1><p class="dim"><code>${name(r.model?.path ?? '')}</code></p>`;
  }

  // The one that the page is about: the winner, or what was evaluated.
  const chief = () => rows.find((row) => row.name === board.winner) ?? rows.find((row) => !isFloat(row) && hasFigures(row));
  function summary() {
    const float = rows.find(isFloat);
    const best = chief() ?? float;
    const all = [];
    if (best && best !== float) all.push(`<div class="card wide"><b>${name(best.name)}</b><span>${rows.length > 2 ? 'winner' : 'evaluated'}</span></div>`);
    if (best?.accuracy) all.push(card(percent(best.accuracy.value), `accuracy, ${interval(best.accuracy)}`));
    if (best?.accuracy && float?.accuracy && best !== float) all.push(card(percent(float.accuracy.value), 'accuracy of float'));
    if (best?.difference && best !== float) all.push(card(points(best.difference.value), `points against float, p ${best.difference.pMid.toFixed(3)}`));
    if (best && best !== float && hasFigures(best)) all.push(card(noise(best) + (known(best.sqnrDb) ? ' dB' : ''), 'SQNR of the output'));
    if (best && best !== float && best.speed && float?.speed) all.push(card((best.speed / float.speed).toFixed(1) + ' ×', 'the speed of float'));
    if (best && best !== float && best.bytes && float?.bytes) all.push(card((100 * best.bytes / float.bytes).toFixed(0) + ' %', 'of the bytes of float'));
    const held = list(board.heldOut?.models).find((m) => !isFloat(m));
    if (held?.accuracy) all.push(card(percent(held.accuracy.value), `on ${whole(board.heldOut.samples)} held out`));
    const isas = list(run.result.speed?.isa);
    $('#summary .body').innerHTML = cards(all) + `<p class="dim">${whole(board.samples ?? 0)} samples, output ${name(board.output)}${isas.length ? `, on ${esc(isas.join(', '))}` : ''}.</p>`;
  }

  const measures = () => [
    ['accuracy', 'accuracy', (row) => (row.accuracy ? 100 * row.accuracy.value : null), (v) => v.toFixed(2) + ' %', '%'],
    ['sqnr', 'SQNR of the output', (row) => row.sqnrDb, (v) => v.toFixed(1) + ' dB', 'dB'],
    ['agreement', 'agreement with float', (row) => (known(row.agreement) ? 100 * row.agreement : null), (v) => v.toFixed(2) + ' %', '%'],
    ['bytes', 'size of the file', (row) => (known(row.bytes) ? row.bytes / 1e6 : null), (v) => v.toPrecision(3) + ' MB', 'MB']]
    .filter(([, , of]) => rows.filter((row) => hasFigures(row) && known(of(row))).length > 1);

  // Shapes of the points: what each is has to be seen without colours.
  const kinds = [['winner', 'star', 'green', 'winner'], ['float', 'square', 'orange', 'float'], ['front', 'diamond', 'blue', 'on the front'], ['other', 'ring', 'dim', 'other']];
  const kind = (row) => (row.winner ? 'winner' : isFloat(row) ? 'float' : row.front ? 'front' : 'other');
  function shape(ctx, what, x, y, r) {
    ctx.beginPath();
    if (what === 'square') ctx.rect(x - r, y - r, 2 * r, 2 * r);
    else if (what === 'ring') ctx.arc(x, y, r, 0, 2 * Math.PI);
    else {
      const tips = what === 'star' ? 5 : 2;
      for (let i = 0; i < 2 * tips; i++) {
        const reach = i % 2 ? (what === 'star' ? 0.5 : 1) * r * 1.4 : r * 1.4;
        ctx.lineTo(x + reach * Math.sin((i * Math.PI) / tips), y - reach * Math.cos((i * Math.PI) / tips));
      }
      ctx.closePath();
    }
  }
  // Where a chart has no room for names, numbers stand for them, and a list below says whose they are (the same width in page.css).
  const narrow = matchMedia('(max-width:600px)');
  const marked = (seen) => seen.filter((row) => kind(row) !== 'other');
  // Points, intervals and names; names that would lie on others are moved, and those that would be moved too far left out.
  function marks(u, seen, value, of) {
    const { ctx } = u;
    const ratio = devicePixelRatio;
    const taken = [];
    ctx.save();
    ctx.font = 12 * ratio + 'px system-ui';
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    const place = (row) => [u.valToPos(row.speed, 'x', true), u.valToPos(value(row), 'y', true)];
    for (const row of seen) taken.push([place(row)[0] - 5 * ratio, place(row)[1], 10 * ratio]);
    const late = (row) => ['other', 'front', 'float', 'winner'].indexOf(kind(row));
    for (const row of seen.slice().sort((a, b) => late(a) - late(b))) {
      const [x, y] = place(row);
      const [what, drawn, variable] = kinds.find(([k]) => k === kind(row));
      ctx.strokeStyle = ctx.fillStyle = color(variable);
      ctx.lineWidth = 1.5 * ratio;
      if (of === 'accuracy') {
        ctx.globalAlpha = what === 'other' ? 0.35 : 0.7;
        ctx.beginPath();
        ctx.moveTo(x, u.valToPos(100 * row.accuracy.low, 'y', true));
        ctx.lineTo(x, u.valToPos(100 * row.accuracy.high, 'y', true));
        ctx.stroke();
        ctx.globalAlpha = 1;
      }
      shape(ctx, drawn, x, y, (what === 'winner' ? 6 : 4) * ratio);
      if (what === 'other') { ctx.fillStyle = color('bg'); ctx.fill(); ctx.stroke(); } else ctx.fill();
    }
    const named = marked(seen);
    for (const row of named.slice().sort((a, b) => late(b) - late(a))) {
      const [x, y] = place(row);
      const text = narrow.matches ? String(named.indexOf(row) + 1) : row.name.length > 28 ? row.name.slice(0, 27) + '…' : row.name;
      const width = ctx.measureText(text).width;
      const left = x + 10 * ratio + width > u.bbox.left + u.bbox.width;
      // A number stands above or below its point, where it can be that of no other; a name beside it.
      const from = narrow.matches ? x - width / 2 : left ? x - 10 * ratio - width : x + 10 * ratio;
      const free = (at) => taken.every(([l, t, w]) => Math.abs(t - at) > 12 * ratio || from + width < l || l + w < from);
      const at = [...(narrow.matches ? [] : [0]), 14, -14, 28, -28, 42, -42].map((d) => y + d * ratio).find((t) => free(t) && t > u.bbox.top && t < u.bbox.top + u.bbox.height);
      if (at === undefined) continue;
      taken.push([from, at, width]);
      // Lines that cross a name leave it readable.
      ctx.strokeStyle = color('bg');
      ctx.lineWidth = 4 * ratio;
      ctx.lineJoin = 'round';
      ctx.strokeText(text, from, at);
      ctx.fillStyle = color('fg');
      ctx.fillText(text, from, at);
    }
    ctx.restore();
  }

  function front() {
    const place = $('#front .chart');
    const all = measures();
    $('#front .tools').hidden = !all.length;
    $('#front .numbered').innerHTML = '';
    const [key, label, value, text, unit] = all.find(([k]) => k === $('#measure').value) ?? all[0] ?? [];
    const seen = key ? rows.filter((row) => hasFigures(row) && row.speed && known(value(row))).sort((a, b) => a.speed - b.speed) : [];
    if (seen.length < 2) {
      $('#front .say').textContent = '';
      noChart(place, 'There are not two models here whose quality and speed are known.');
      return;
    }
    const without = rows.length - seen.length;
    $('#front .say').innerHTML = `Up is ${key === 'bytes' ? 'larger' : 'better'}, right is faster: samples a second of one thread${key === 'accuracy' ? '; lines are 95 % intervals of accuracy' : ''}. `
      + (rows.some((r) => r.front) ? `On the front, not worse than float and beaten by no other both in rank and in speed: ${rows.filter((r) => r.front).map((r) => name(r.name)).join(', ')}. ` : '')
      + (without ? `${whole(without)} without such figures ${without === 1 ? 'is' : 'are'} in the table only.` : '');
    $('#front .numbered').innerHTML = marked(seen).map((row) => `<li>${name(row.name)}</li>`).join('');
    const used = new Set(seen.map(kind));
    const ends = (u, of) => seen.map((row) => u.valToPos(of(row), of === value ? 'y' : 'x'));
    const chosen = kinds.filter(([k]) => used.has(k)).map(([, drawn, variable, words]) => [drawn, variable, words]);
    const low = Math.min(...seen.map((row) => (key === 'accuracy' ? 100 * row.accuracy.low : value(row))));
    const high = Math.max(...seen.map((row) => (key === 'accuracy' ? 100 * row.accuracy.high : value(row))));
    const pad = Math.max(0.06 * (high - low), 1e-3);
    const slow = seen[0].speed;
    const fast = seen.at(-1).speed;
    chart(place, `${label} of ${seen.length} models against their speed. ` + $('#front .say').textContent + ' The table of candidates has the numbers.', {
      height: 340,
      keys: chosen,
      read: (i) => `${seen[i].name}: ${text(value(seen[i]))}, ${whole(Math.round(seen[i].speed))} samples a second`,
      make: (axis) => ({
        data: [seen.map((row) => row.speed), seen.map(value)],
        options: {
          scales: { x: { time: false, range: () => [slow - 0.05 * (fast - slow) - 1, fast + 0.08 * (fast - slow) + 1] }, y: { range: () => [low - pad, high + pad] } },
          axes: [axis({ label: 'samples a second' }), axis({ label: unit, size: 56 })],
          series: [{}, { paths: () => null, points: { show: false } }],
          cursor: {
            drag: { x: false, y: false },
            // The nearest point in both directions: many have about the same speed.
            dataIdx: (u) => {
              const [xs, ys] = [ends(u, (row) => row.speed), ends(u, value)];
              const far = (i) => (xs[i] - u.cursor.left) ** 2 + (ys[i] - u.cursor.top) ** 2;
              return seen.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
            } },
          hooks: { draw: [(u) => marks(u, seen, value, key)] } } }) });
  }

  function titled(row) {
    const marks = (row.winner ? ' <span class="badge ok">winner</span>' : '') + (row.front ? ' <span class="front" title="on the front">◆<span class="skip"> on the front</span></span>' : '');
    const settings = Object.entries(row.settings ?? {}).map(([k, v]) => `${k} ${v}`).join(', ');
    const warnings = list(row.warnings);
    const notes = warnings.length ? `<details class="warn"><summary>${whole(warnings.length)} to know</summary>${warnings.map((w) => `<small>${name(w)}</small>`).join('')}</details>` : '';
    return name(row.name) + marks + (settings ? `<small class="dim">${name(settings)}</small>` : '') + (row.error ? `<small class="bad">${name(row.error)}</small>` : '') + notes;
  }
  function columns() {
    const figure = (key, label, value, html, extra = {}) => ({ key, label, n: true, down: true, value, html: (row) => (row.error ? none : html(row)), ...extra });
    const top = 'top' + (board.topK ?? 5);
    const labelled = rows.some((row) => row.accuracy);
    return [
      { key: 'at', label: '#', n: true, as: 'at', value: (row) => row.at, html: (row) => row.at },
      { key: 'name', label: 'candidate', names: true, value: (row) => row.name, html: titled },
      ...(labelled ? [
        figure('accuracy', 'accuracy', (row) => row.accuracy?.value, (row) => (row.accuracy ? `${percent(row.accuracy.value)}<small class="dim">${interval(row.accuracy)}</small>` : none)),
        figure('difference', 'Δ float, points', (row) => row.difference?.value, (row) => (row.difference && !isFloat(row) ? `${points(row.difference.value)}<small class="dim">${chance(row.difference.pMid)}, ${standings[row.difference.standing] ?? none}</small>` : none)),
        figure('top', top.replace('top', 'top-'), (row) => row[top]?.value, (row) => percent(row[top]?.value)),
        figure('f1', 'F1', (row) => row.f1, (row) => fixed(row.f1, 4)),
        figure('agreement', 'agreement', (row) => row.agreement, (row) => percent(row.agreement))] : [
        figure('cosine', 'cosine', (row) => row.cosine, (row) => fixed(row.cosine, 5)),
        figure('mse', 'mean squared error', (row) => row.meanSquaredError, (row) => number(row.meanSquaredError), { down: false }),
        figure('most', 'largest error', (row) => row.maxAbsError, (row) => number(row.maxAbsError), { down: false })]),
      figure('sqnr', 'SQNR, dB', (row) => (row.equal ? Infinity : row.sqnrDb), (row) => noise(row) + leftOut(row).map((what) => `<small class="bad">${what}</small>`).join('')),
      figure('speed', 'samples/s', (row) => row.speed, (row) => (known(row.speed) ? whole(Math.round(row.speed)) : none)),
      figure('bytes', 'kB', (row) => row.bytes, (row) => (known(row.bytes) ? whole(Math.round(row.bytes / 1e3)) : none), { down: false }),
      figure('layers', 'int8 layers', (row) => row.int8Layers, (row) => (known(row.int8Layers) ? whole(row.int8Layers) : none)),
      { key: 'tags', label: 'tags', as: 'tags', value: (row) => row.tags.join(', '), html: (row) => (row.tags.length ? row.tags.map((tag) => name(tag)).join(', ') : none) }];
  }
  let show = null;
  function candidates() {
    const text = $('#find').value.trim().toLowerCase();
    const tag = $('#tag').value;
    const kindOf = { '': () => true, front: (row) => row.front, apart: (row) => ['better', 'worse'].includes(row.difference?.standing), failed: (row) => Boolean(row.error) }[$('#show').value];
    const words = (row) => `${row.name} ${Object.entries(row.settings ?? {}).flat().join(' ')} ${row.tags.join(' ')} ${row.error ?? ''}`.toLowerCase();
    const shown = rows.filter((row) => kindOf(row) && (tag === '' || row.tags.includes(tag.slice(1))) && (!text || words(row).includes(text)));
    $('#count').textContent = shown.length === rows.length ? `${whole(rows.length)} models` : `${whole(shown.length)} of ${whole(rows.length)} models`;
    show(shown);
  }

  function held() {
    const models = list(board.heldOut?.models);
    $('#held').hidden = !models.length;
    if (!models.length) return;
    $('#held .say').textContent = `${whole(board.heldOut.samples)} samples that nothing was chosen by: quote these figures.`;
    $('#held .scroll').innerHTML = table([{ label: 'model' }, { label: 'accuracy', n: true }, { label: 'Δ float, points', n: true }, { label: 'agreement', n: true }, { label: 'SQNR, dB', n: true }],
      models.map((m) => [name(m.name), m.accuracy ? `${percent(m.accuracy.value)}<small class="dim">${interval(m.accuracy)}</small>` : none,
        m.difference && !isFloat(m) ? `${points(m.difference.value)}<small class="dim">${chance(m.difference.pMid)}, ${standings[m.difference.standing] ?? none}</small>` : none, percent(m.agreement), noise(m)]), 'Figures on what was held out');
    const [float, best] = [models.find(isFloat), models.find((m) => !isFloat(m))];
    const classes = list(best?.classes);
    if (!classes.length) return;
    const before = new Map(list(float?.classes).map((c) => [c.label, c]));
    const mistaken = (label) => list(best.confusion).filter((c) => c.label === label && c.said !== label).sort((a, b) => b.samples - a.samples).slice(0, 3).map((c) => `${c.said} (${whole(c.samples)})`).join(', ');
    $('#held .more').innerHTML = `<details><summary>By class, ${whole(classes.length)}</summary><div class="scroll" tabindex="0" role="region" aria-label="Figures by class">`
      + table([{ label: 'class' }, { label: 'samples', n: true }, { label: 'accuracy, float', n: true }, { label: 'accuracy', n: true }, { label: 'precision', n: true }, { label: 'F1', n: true }, { label: 'taken for' }],
        classes.map((c) => [esc(c.label), whole(c.samples), percent(before.get(c.label)?.accuracy), percent(c.accuracy), percent(c.precision), fixed(c.f1, 4), esc(mistaken(c.label)) || none]), 'Figures by class') + '</div></details>';
  }

  $('#find').addEventListener('input', candidates);
  for (const field of ['tag', 'show']) $('#' + field).addEventListener('change', candidates);
  $('#measure').addEventListener('change', front);
  start((data) => {
    run = data.run;
    board = run.result.leaderboard;
    rows = rowsOf(run.result);
    part('head', head);
    part('summary', summary);
    $('#measure').innerHTML = measures().map(([key, label]) => `<option value="${key}">${esc(label)}</option>`).join('');
    part('front', front);
    const tags = [...new Set(rows.flatMap((row) => row.tags))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    $('#tag').innerHTML = '<option value="">all</option>' + tags.map((tag) => `<option value="=${esc(tag)}">${esc(tag)}</option>`).join('');
    show = grid($('#candidates .scroll'), 'Candidates', columns(), 'No candidate is like that.');
    part('candidates', candidates);
    $('#reading').textContent = rows.some((row) => row.accuracy)
      ? 'Best first: by standing against float, then, among those whose difference may be chance, by how near the output is to float\'s. Accuracy with its 95 % interval (Wilson); p by McNemar\'s test against float (mid-p): from 0.05 on the difference may be chance.'
      : 'Best first: by how near the output is to float\'s, as there are no labels.';
    part('held', held);
    part('made', () => { $('#made .body').innerHTML = made(run.result, `octant ${run.result.step ?? 'sweep'} CONF`); });
  });
})();
