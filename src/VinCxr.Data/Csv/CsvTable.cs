using System.Globalization;
using Sylvan.Data.Csv;
using VinCxr.Core;

namespace VinCxr.Data.Csv;

/// <summary>Forward reading of a comma-separated file (RFC 4180) whose columns are found by name, whatever their order.</summary>
internal sealed class CsvTable : IDisposable
{
    // One record of a Kaggle file holds all predictions of an image, easily some hundred kilobytes.
    private const int MaxRecordLength = 1 << 26;

    private readonly CsvDataReader _reader;
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _name;
    private int _line = 1;

    private CsvTable(CsvDataReader reader, string name)
    {
        _reader = reader;
        _name = name;
    }

    /// <summary>1-based line on which the current record starts.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Fields of the current record, which may differ from the number of columns.</summary>
    public int FieldCount => _reader.RowFieldCount;

    public IReadOnlyCollection<string> Columns => _columns.Keys;

    /// <summary>Opens a file for <see cref="Open"/>.</summary>
    /// <exception cref="InvalidInputException">The file is missing or may not be read.</exception>
    public static StreamReader OpenFile(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidInputException($"cannot read '{path}': {(File.Exists(path) ? e.Message : Directory.Exists(path) ? "it is a folder" : "no such file")}", e);
        }
    }

    /// <summary>Reads the header.</summary>
    /// <param name="name">File name for messages.</param>
    /// <exception cref="InvalidInputException">Empty text, malformed CSV or a column named twice.</exception>
    public static CsvTable Open(TextReader text, string name)
    {
        var options = new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = ',',
            MaxBufferSize = MaxRecordLength,
            BufferSize = 1 << 16,
            OwnsReader = false,
        };
        CsvDataReader reader;
        try
        {
            reader = CsvDataReader.Create(text, options);
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            throw new InvalidInputException($"{name}: not a CSV file: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        var table = new CsvTable(reader, name);
        if (!table.Read())
        {
            throw new InvalidInputException($"{name}: the file is empty, a header line is needed");
        }

        for (int i = 0; i < table.FieldCount; i++)
        {
            string column = table._reader.GetString(i).Trim();
            if (!table._columns.TryAdd(column, i))
            {
                throw new InvalidInputException($"{name}: column '{column}' occurs twice in the header");
            }
        }

        return table;
    }

    /// <returns>Position of each named column.</returns>
    /// <exception cref="InvalidInputException">Columns are missing; all of them are named.</exception>
    public int[] Require(params ReadOnlySpan<string> names)
    {
        var missing = new List<string>();
        var positions = new int[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            if (!_columns.TryGetValue(names[i], out positions[i]))
            {
                missing.Add(names[i]);
            }
        }

        return missing.Count == 0
            ? positions
            : throw new InvalidInputException(
                $"{_name}: column{(missing.Count == 1 ? "" : "s")} {string.Join(", ", missing.Select(m => $"'{m}'"))} missing; the header must hold {string.Join(',', names)}");
    }

    /// <summary>Moves to the next record; blank lines are passed over.</summary>
    /// <exception cref="InvalidInputException">Malformed quoting.</exception>
    public bool Read()
    {
        try
        {
            while (_reader.Read())
            {
                Line = _line++;
                for (int i = 0; i < _reader.RowFieldCount; i++)
                {
                    _line += _reader.GetFieldSpan(i).Count('\n');
                }

                if (_reader.RowFieldCount > 1 || !_reader.GetFieldSpan(0).IsWhiteSpace())
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            throw new InvalidInputException($"{_name}: line {_line}: not CSV: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Field of the current record without surrounding blanks; empty when the record is too short.</summary>
    public ReadOnlySpan<char> Field(int column) => column < _reader.RowFieldCount ? _reader.GetFieldSpan(column).Trim() : default;

    /// <summary>Quotes a value for writing where it needs to be.</summary>
    public static string Quote(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <returns>False for anything but a finite decimal number.</returns>
    public static bool TryNumber(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <returns>False for anything but an integer of at least 0.</returns>
    public static bool TryId(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= 0;

    public void Dispose() => _reader.Dispose();
}
