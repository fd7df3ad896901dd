/// From this share of what there may be on, room is made for all of it.
const SHARE_OF_ALL: usize = 8;

/// Makes room for `length` items, of `most` there may ever be: twice as many as before, and then for all of them at once.
/// Columns of a cache that double to the end leave as much behind as they take, in a memory that is never given back.
pub(super) fn reserve<T>(column: &mut Vec<T>, length: usize, most: usize) {
    if length > column.capacity() {
        let room = if length * SHARE_OF_ALL >= most {
            most.max(length)
        } else {
            length.max(column.capacity() * 2)
        };
        column.reserve_exact(room - column.len());
    }
}
