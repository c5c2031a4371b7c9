const light = `--ground:#fff;--ink:#1c2127;--soft:#59636e;--line:#dde2e7;--tint:#f4f6f8;--accent:#0b5c8a;
--series-1:#0072b2;--series-2:#c75000;--series-3:#00845f;--series-4:#a8447f;--series-5:#8f6a00;--series-6:#5b4fb5`;

const dark = `--ground:#15181c;--ink:#e4e7ea;--soft:#a4aeb8;--line:#323a42;--tint:#1d2227;--accent:#7cc4ee;
--series-1:#56b4e9;--series-2:#ff9248;--series-3:#2fc99b;--series-4:#e79ac7;--series-5:#e6bd3c;--series-6:#aaa3f5`;

const text = `
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0 auto;max-width:82rem;padding:0 clamp(1rem,4vw,3rem) 4rem;background:var(--ground);color:var(--ink);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.2em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
main:focus{outline:none}
h1,h2,h3{line-height:1.2;text-wrap:balance;margin:0}
h1{font-size:clamp(1.7rem,4.5vw,2.5rem);font-weight:700;letter-spacing:-.02em}
h2{font-size:1.5rem;letter-spacing:-.01em}
h3{font-size:1.15rem}
p{margin:1rem 0;max-width:44rem}
.skip{position:absolute;left:-100vw;top:0;padding:.5rem 1rem;background:var(--ground)}
.skip:focus{left:1rem;z-index:2}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
header{padding:clamp(2rem,6vw,4rem) 0 2.5rem}
.generated,.note,.notes,figcaption{color:var(--soft)}
.generated{margin:.6rem 0 0}
.summary{margin-top:1.75rem;padding:1.25rem 1.5rem;background:var(--tint);border-left:4px solid var(--accent);border-radius:0 .5rem .5rem 0}
.summary ul{list-style:none;margin:0;padding:0;display:grid;gap:.6rem}
.summary li{max-width:52rem;line-height:1.5;font-variant-numeric:tabular-nums}
.summary li:first-child{font-size:1.3rem;font-weight:600;line-height:1.4}
nav{font-size:.95rem;padding-bottom:2rem}
nav h2{font-size:.8rem;font-weight:600;letter-spacing:.08em;text-transform:uppercase;color:var(--soft)}
nav ol{list-style:none;margin:.6rem 0 0;padding:0;display:grid;gap:.35rem}
nav ol ol{margin:.3rem 0 .2rem;padding-left:.9rem;font-size:.92em;color:var(--soft)}
nav a{color:inherit;text-decoration:none}
nav a:hover{color:var(--accent);text-decoration:underline}
main{min-width:0}
section{padding:2.5rem 0 1rem;border-top:1px solid var(--line);scroll-margin-top:1rem}
section>*+*{margin-top:1.5rem}
.part{padding:1.75rem 0 0;border-top:0}
.part h3{font-size:1.2rem}
h4{font-size:1rem;margin:1.4rem 0 .3rem;line-height:1.3}
h4+p{margin-top:.2rem}
.lead{font-size:1.12rem;margin:.6rem 0 0;color:var(--soft)}
figure{margin:2rem 0}
figcaption,.note,.notes{font-size:.92rem;line-height:1.5}
.drawing>figcaption{margin-top:.6rem}
.scroll{overflow-x:auto;max-width:100%;position:relative}
.tall{max-height:min(44rem,85vh);overflow:auto;border-bottom:1px solid var(--soft)}
.tall thead th{position:sticky;top:0;z-index:1;background:var(--ground);box-shadow:0 1px var(--soft)}
.tall thead th:first-child{z-index:2}
svg.chart{display:block;max-width:100%;height:auto;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;font-size:.92rem;line-height:1.35;font-variant-numeric:tabular-nums;overflow-wrap:normal}
caption{text-align:left;padding:0 0 .6rem;font-size:.95rem;font-weight:600;color:var(--ink)}
caption>span{position:sticky;left:0;display:inline-block;max-width:min(100%,calc(100vw - 4.5rem))}
th,td{padding:.45rem .7rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
thead th{font-weight:600;vertical-align:bottom;white-space:normal;border-bottom:1px solid var(--soft)}
th[scope=colgroup]{text-align:center;border-bottom:1px solid var(--line)}
tbody th,thead th:first-child{position:sticky;left:0;background:var(--ground);text-align:left;font-weight:500}
tbody th{white-space:normal;min-width:7.5rem}
thead th:first-child{font-weight:600}
tr>:first-child{padding-left:0}
thead tr+tr>:first-child{padding-left:.7rem;position:static;text-align:right;font-weight:600}
.comparison th,.comparison td{padding-left:.4rem;padding-right:.4rem}
.comparison tbody>tr>*{vertical-align:top}
.comparison tr>:first-child{padding-left:0}
.interval{display:block;font-size:.91em;font-weight:400;color:var(--soft)}
.macro th,.macro td{border-top:2px solid var(--soft)}
.macro th{font-weight:600}
.record .interval{display:inline;font-size:1em}
.dense .interval{display:block;font-size:.91em}
.dense th,.dense td{padding-left:.45rem;padding-right:.45rem}
.dense tr>:first-child{padding-left:0}
.record th.text,.record td.text{text-align:left}
.record td.text{white-space:normal;min-width:6.5rem;max-width:24rem}
.dense td.text{min-width:4.6rem}
.record tbody>tr>*{vertical-align:top}
th button{all:unset;cursor:pointer;box-sizing:border-box;font-weight:600;text-align:inherit;white-space:normal}
th button::before,th.text button::after{content:"\\2195\\fe0e";font-weight:400;color:var(--soft);margin:0 .3em 0 0}
th.text button::after{margin:0 0 0 .3em}
th.text button::before{content:none}
th[aria-sort=ascending] button::before,th.text[aria-sort=ascending] button::after{content:"\\2191";color:var(--accent)}
th[aria-sort=descending] button::before,th.text[aria-sort=descending] button::after{content:"\\2193";color:var(--accent)}
th.text[aria-sort] button::before{content:none}
th button:hover{color:var(--accent)}
th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.none,.open{color:var(--soft)}
.open{font-style:italic}
.stack>*+*{margin-top:2rem}
.checklist td{white-space:normal;text-align:left;vertical-align:top}
.checklist td.number{text-align:right;width:3rem;color:var(--soft)}
.checklist thead th{text-align:left}
.checklist tbody tr:not(.part)>th{position:static;width:38%}
.checklist .part th{padding-top:1.1rem;font-size:.8rem;font-weight:600;letter-spacing:.05em;text-transform:uppercase;color:var(--soft);border-bottom:1px solid var(--soft)}
abbr[title]{text-decoration:none;cursor:help;color:var(--soft)}
.notes{list-style:none;margin:.75rem 0 0;padding:0;max-width:52rem}
.sheet{margin:2rem 0}
.multiples>figcaption{font-weight:600;color:var(--ink)}
.legend,.values{list-style:none;margin:.6rem 0;padding:0}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem}
.legend li,.values li{display:flex;align-items:center;gap:.5rem}
.swatch{flex:none}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.6rem,1fr));gap:1.5rem 1rem;margin-top:1rem}
.panel{margin:0;display:flex;flex-direction:column}
.panel figcaption{color:var(--ink);font-weight:500;line-height:1.3}
.panel svg.chart{width:100%;max-width:15rem;margin:auto 0 .25rem;min-width:0!important}
.values{margin:0 0 0 .2rem;font-size:.8rem;line-height:1.5;color:var(--soft);font-variant-numeric:tabular-nums}
.values .swatch{width:1.3rem}
.card{margin:2rem 0;padding:1.5rem;border:1px solid var(--line);border-radius:.6rem}
.facts{margin:1rem 0 1.75rem;display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.9rem 1.5rem}
dt{font-size:.82rem;color:var(--soft)}
dd{margin:0;font-variant-numeric:tabular-nums}
.provenance{grid-template-columns:1fr;gap:.5rem}
.provenance div{display:grid;grid-template-columns:minmax(0,12rem) minmax(0,1fr);gap:1rem;padding:.35rem 0;border-bottom:1px solid var(--line)}
.provenance dd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85rem}
.bar{display:inline-block;vertical-align:middle;width:4.5rem;height:.5rem;margin-right:.6rem;background:var(--tint);border-radius:.25rem;overflow:hidden}
.bar span{display:block;height:100%;background:var(--accent)}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:1rem;margin-top:.8rem}
.tiles figure{margin:0}
.tiles img{display:block;width:100%;height:auto;background:var(--tint);border-radius:.3rem}
.tiles figcaption{margin-top:.35rem;font-size:.85rem;line-height:1.4}
.flow>figcaption,.attention>figcaption,.downloads .head{font-weight:600;color:var(--ink);font-size:.92rem}
.flow p,.attention p,.downloads p{margin:0}
.flow ol,.flow ul,.attention ol,.downloads ul{list-style:none;margin:.8rem 0 0;padding:0}
.step{position:relative;padding:1rem 1.1rem 1.2rem;border:1px solid var(--line);border-radius:.6rem}
.step+.step{margin-top:2rem}
.step+.step::before{content:"";position:absolute;top:-1.75rem;left:50%;width:1px;height:1.1rem;background:var(--soft)}
.step+.step::after{content:"";position:absolute;top:-.95rem;left:calc(50% - .27rem);border:.3rem solid transparent;border-top:.42rem solid var(--soft)}
.step>.head{font-weight:600}
.step>p:not(.head){color:var(--soft);font-size:.92rem}
.flow .row{display:flex;flex-wrap:wrap;gap:.8rem;margin-top:.8rem}
.flow .boxes{flex:1 1 60%;margin:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.8rem}
.boxes>li,.excluded{padding:.7rem .85rem;border-radius:.4rem;background:var(--tint);font-size:.88rem;line-height:1.4}
.boxes .name{font-weight:600;font-size:.95rem}
.boxes p:not(.name){color:var(--soft)}
.excluded{background:none;border:1px dashed var(--soft);align-self:flex-start}
.excluded p{font-weight:600}
.flow dl{margin:.35rem 0 0}
.flow dl div{display:flex;justify-content:space-between;gap:.75rem}
.attention li+li{margin-top:1.5rem}
.attention .head{font-weight:500}
.attention .row{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.8rem;margin-top:.4rem;max-width:56rem}
.attention .row figure{margin:0}
.attention img{display:block;width:100%;height:auto;border-radius:.3rem;background:#000}
.attention .row figcaption{margin-top:.3rem;font-size:.85rem;color:var(--ink)}
.words{display:block;color:var(--soft)}
.ramp{display:flex;align-items:center;gap:.6rem;margin-top:1rem!important;font-size:.85rem;color:var(--soft)}
.ramp .scale{width:8rem;height:.7rem;border-radius:.2rem;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.downloads li{padding:.5rem 0;border-bottom:1px solid var(--line)}
.downloads li:last-child{border:0}
.downloads .size{margin-left:.5rem;font-size:.85rem;color:var(--soft);font-variant-numeric:tabular-nums}
.downloads .words{font-size:.88rem}
.images>figcaption{font-weight:600;color:var(--ink)}
.more{margin:1.5rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.more>summary{padding:.6rem 0;font-weight:600;font-size:.95rem;cursor:pointer;color:var(--accent)}
@media (min-width:70rem){
.columns{display:grid;grid-template-columns:12.5rem minmax(0,1fr);gap:3rem;border-top:1px solid var(--line)}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;padding:2.5rem 0}
main>section:first-child{border-top:0}
}
@media (max-width:40rem){
.summary{padding:1rem}.summary li:first-child{font-size:1.15rem}
.card{padding:1rem}tbody th{max-width:9rem}
.record td.text{min-width:4.6rem}.record tbody th{min-width:5.5rem}.record th,.record td{padding-left:.45rem;padding-right:.45rem}.record tr>:first-child{padding-left:0}
.provenance div{grid-template-columns:1fr;gap:0}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{
@page{margin:14mm}
html{font-size:10pt}
body{max-width:none;padding:0}
nav,.skip{display:none}
.columns{display:block;border:0}
header{padding:0 0 1rem}
section{padding:1.2rem 0 .4rem}
h2,h3,caption,.lead{break-after:avoid}
.drawing,.panel,.tiles figure,tr,.summary,.step,.attention li,.facts div{break-inside:avoid}
h4,.head,.legend,.checklist .part,:is(.multiples,.flow,.attention,.images)>figcaption{break-after:avoid}
.ramp,.macro,.notes,thead+tbody>tr:first-child{break-before:avoid}
th button::before,th button::after{content:none!important}
.checklist tbody tr:not(.part)>th{width:auto}
.record td.text{min-width:0;max-width:none}
.bar,.boxes>li,.swatch{-webkit-print-color-adjust:exact;print-color-adjust:exact}
thead{display:table-header-group}
.scroll,.tall{overflow:visible;max-height:none}
.tall thead th{position:static;box-shadow:none}
table{font-size:7pt}th,td,.comparison th,.comparison td{padding:.2rem .25rem}
tbody th{min-width:4rem}
.comparison th,.comparison td{padding:.15rem;font-size:6pt}
.interval,.comparison td{white-space:normal}
.comparison tbody th{min-width:3rem}
tbody th,thead th:first-child{position:static}
svg.chart{min-width:0!important}
.more::details-content{content-visibility:visible;display:block;height:auto}
}
`;

/** Style of the page. On paper it is always the light one. */
export const pageStyle: string = `
:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}${text}`;
