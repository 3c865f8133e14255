// A perceptually uniform scale from dark violet over green to yellow. Lightness rises evenly in OKLab (Ottosson 2020), where equal steps look equal; the hue
// turns evenly as well, and the chroma is as high as screens can show, up to a limit.

const least = 0.28, most = 0.92, firstHue = 300, lastHue = 105, chroma = 0.15;

// Light of red, green and blue, 0 to 1 within the colours that screens show.
function lightOf(lightness, chroma, hue) {
  const a = chroma * Math.cos(hue), b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const encoded = (light) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

function colourAt(share) {
  const lightness = least + (most - least) * share, hue = (firstHue + (lastHue - firstHue) * share) * Math.PI / 180;
  for (let wanted = chroma; ; wanted -= 0.002) {
    const light = lightOf(lightness, Math.max(0, wanted), hue);
    if (wanted <= 0 || light.every((l) => l >= 0 && l <= 1)) return light.map((l) => Math.round(encoded(Math.min(1, Math.max(0, l)))));
  }
}

// Red, green and blue, 0 to 255, of 256 steps.
export const scale = Array.from({ length: 256 }, (_, i) => colourAt(i / 255));
