/* What Unicode has changed since 15.0 of code points that addresses may have
   (tables.py --since), and in which version: CHANGED(code point, major,
   minor). In databases, and in ICU, of other versions than the tables these
   may differ. */

/* Ahom consonant sign medial ra: Bidi_Class NSM became L, Joining_Type T
   became U. So it may stand first in a label, but no longer among letters that
   are written from right to left. */
CHANGED(0x1171E, 16, 0)

/* Balinese vowel signs ra repa, la lenga, pepet: Bidi_Class NSM became L. */
CHANGED(0x1B3A, 18, 0)
CHANGED(0x1B3C, 18, 0)
CHANGED(0x1B42, 18, 0)
