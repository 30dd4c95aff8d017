// Made from engine/src/geo.ts by engine/build.ts; change it there.
/** Places on the ground: longitude before latitude, WGS 84, metres by a local projection. */

/** A position in degrees, longitude first (RFC 7946, section 3.1.1). */

/** A GeoJSON geometry that a zone may be. */

/** Local metres around an origin, x east, y north; computed by the server, carried in the pack. */

/** The place in metres east and north of the origin. */
export function toXy(projection            , place        )                         {
  return [
    (place[0] - projection.origin[0]) * projection.m_per_deg_lon,
    (place[1] - projection.origin[1]) * projection.m_per_deg_lat,
  ];
}

/** The place that lies so many metres east and north of the origin. */
export function toLonLat(projection            , xM        , yM        )         {
  return [
    projection.origin[0] + xM / projection.m_per_deg_lon,
    projection.origin[1] + yM / projection.m_per_deg_lat,
  ];
}

const RADIANS = Math.PI / 180.0;
const DEGREES = 180.0 / Math.PI;

/**
 * Initial bearing from a to b: 0 is north, 90 east. No decision: sine and
 * cosine may differ in the last bit from one machine to the next.
 */
export function bearingDeg(a        , b        )         {
  const phi1 = a[1] * RADIANS;
  const phi2 = b[1] * RADIANS;
  const dlam = (b[0] - a[0]) * RADIANS;
  const y = Math.sin(dlam) * Math.cos(phi2);
  const x = Math.cos(phi1) * Math.sin(phi2) - Math.sin(phi1) * Math.cos(phi2) * Math.cos(dlam);
  const turned = (Math.atan2(y, x) * DEGREES) % 360.0;
  return turned < 0.0 ? turned + 360.0 : turned;
}
