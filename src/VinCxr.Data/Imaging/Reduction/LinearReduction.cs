using System.Buffers;
using System.Runtime.InteropServices;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Imaging.Reduction;

/// <summary>
/// Rows of stored bits, top to bottom, to a finished plane in one pass, where the display is a line and the transform <c>none</c> or
/// <c>minmax</c>: codes are clamped to the window, area-averaged in integers, and the line is applied to the means. No full-size image is made and
/// all working memory is pooled. Agrees with the level table to one output value (both round once; the sums here are exact).
/// </summary>
internal sealed class LinearReduction : IDisposable
{
    /// <summary>Pixels whose means fit into one array of the pool.</summary>
    private const int LargestPlane = 1 << 28;

    private readonly LinearDisplay _display;
    private readonly PreprocessSpec _spec;
    private readonly StoredRowFormat _format;
    private readonly AreaAxis _columns;
    private readonly AreaAxis _rows;
    private readonly RowSums _sums;
    private readonly ColumnMeans _means;
    private readonly int[] _cells;
    private readonly ushort[] _line;
    private uint[] _current;
    private uint[] _next;
    private int _row;

    private LinearReduction(DicomHeader header, PreprocessSpec spec, LinearDisplay display, StoredRowFormat format, AreaAxis columns, AreaAxis rows)
    {
        (_display, _spec, _format, _columns, _rows) = (display, spec, format, columns, rows);
        _sums = new RowSums(display);
        _means = new ColumnMeans(columns, rows, display.High - display.Low);
        _cells = ArrayPool<int>.Shared.Rent(columns.Target * rows.Target);
        _line = ArrayPool<ushort>.Shared.Rent(header.Columns);
        _current = ArrayPool<uint>.Shared.Rent(header.Columns);
        _next = ArrayPool<uint>.Shared.Rent(header.Columns);
        _current.AsSpan(0, header.Columns).Clear();
        _next.AsSpan(0, header.Columns).Clear();
    }

    /// <returns>Null where the general path is needed: another transform, a display that is no line, or sums that would not fit.</returns>
    /// <exception cref="DicomException">The rescale slope or the VOI LUT function cannot be used.</exception>
    public static LinearReduction? Of(DicomHeader header, PreprocessSpec spec, StoredRowFormat format)
    {
        if (spec.Transform is not ("none" or "minmax")
            || header is not { Frames: 1, SamplesPerPixel: 1, Photometric: "MONOCHROME1" or "MONOCHROME2" }
            || LinearDisplay.Of(header, useWindow: spec.Window == "voi") is not { } display)
        {
            return null;
        }

        (int width, int height) = AreaReduction.Fit(header.Columns, header.Rows, spec.Size);
        var rows = new AreaAxis(header.Rows, height);
        bool fits = (long)rows.Total * (display.High - display.Low) <= uint.MaxValue && (long)width * height <= LargestPlane;
        return fits
            ? new LinearReduction(header, spec, display, format, new AreaAxis(header.Columns, width), rows)
            : null;
    }

    /// <param name="stored">Whole rows, as many as there are at once.</param>
    public void Add(ReadOnlySpan<byte> stored)
    {
        int rowBytes = _columns.Source * _format.SampleBytes;
        for (; stored.Length >= rowBytes; stored = stored[rowBytes..])
        {
            AddRow(_format.Unpack(stored[..rowBytes], _line));
        }
    }

    /// <summary>The plane, once all rows were added.</summary>
    public Plane Finish()
    {
        if (_row != _rows.Source)
        {
            throw new InvalidOperationException($"{_row} of {_rows.Source} rows were added");
        }

        (int width, int height) = (_columns.Target, _rows.Target);
        ReadOnlySpan<int> cells = _cells.AsSpan(0, width * height);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(cells.Length * (_spec.Bits / 8));
        if (_spec.Bits == 8)
        {
            Line().To8Bits(cells, bytes);
        }
        else
        {
            Line().To16Bits(cells, MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan()));
        }

        return new Plane(width, height, _spec.Bits, bytes);
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_cells);
        ArrayPool<ushort>.Shared.Return(_line);
        ArrayPool<uint>.Shared.Return(_current);
        ArrayPool<uint>.Shared.Return(_next);
    }

    private void AddRow(ReadOnlySpan<ushort> row)
    {
        (int cell, int inside, int beyond, bool ends) = _rows.Overlap(_row++);
        _sums.Add(row, (uint)inside, _current.AsSpan(0, row.Length));
        if (!ends)
        {
            return;
        }

        if (beyond > 0)
        {
            _sums.Add(row, (uint)beyond, _next.AsSpan(0, row.Length));
        }

        _means.Reduce(_current.AsSpan(0, row.Length), _cells.AsSpan(cell * _columns.Target, _columns.Target));
        (_current, _next) = (_next, _current);
        _next.AsSpan(0, row.Length).Clear();
    }

    private LevelLine Line()
    {
        double unitsPerStep = _means.UnitsPerStep;
        if (_spec.Transform == "none")
        {
            double rise = _display.LevelAtHigh - _display.LevelAtLow;
            return new LevelLine(0, rise / ((_display.High - _display.Low) * unitsPerStep), _display.LevelAtLow);
        }

        (uint low, uint high) = _sums.Extremes();
        if (low == high)
        {
            return new LevelLine(0, 0, 0);
        }

        double slope = 1 / ((high - low) * unitsPerStep);
        return _display.Descends
            ? new LevelLine((int)Math.Round(high * unitsPerStep), -slope, 0)
            : new LevelLine((int)Math.Round(low * unitsPerStep), slope, 0);
    }
}
